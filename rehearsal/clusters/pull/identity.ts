import { createHash, randomBytes } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import {
  nodeUsers,
  notAuthorized,
  type RegistryNode,
  registryOwner,
  type RegistryRules,
  sessionOf,
  type Tokens,
} from "../../registry";

/** What a node's credential provider is given: a login, or for Azure's registry a token to get one with. */
export interface NodeToken {
  readonly username: string;
  readonly token: string;
}

/** The clouds' metadata services and login calls, at one address: tells nodes apart by a secret of each. */
export interface NodeIdentity {
  /** `http://127.0.0.1:<port>/token` */
  readonly endpoint: string;
  /** Lets a node in. @returns its secret; one that it had before is void */
  register(node: RegistryNode): string;
  stop(): Promise<void>;
}

/** What tokens are made with, and what decides about them. */
export interface NodeIdentityOptions {
  readonly tokens: Pick<Tokens, "issue">;
  readonly rules: Pick<RegistryRules, "mayPull">;
}

/**
 * Lifetimes of what each cloud gives a node, in seconds: an ECR login half a day, an access token an hour on Google
 * Cloud and, in round figures, on Azure.
 */
const lifetimes = { aws: 12 * 60 * 60, gcp: 60 * 60, azure: 60 * 60 } as const;

/** Starts it on loopback. A request holds the node's secret, and in the query the `image` that is to be pulled. */
export async function startNodeIdentity(options: NodeIdentityOptions): Promise<NodeIdentity> {
  // By hash, so that how long a look-up takes says nothing of the secrets.
  const nodes = new Map<string, RegistryNode>();
  const server = http.createServer((request, response) => {
    const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://node");
    give(options, pathname === "/token" ? nodes.get(hashOf(secret)) : undefined, searchParams.get("image") ?? "").then(
      ({ status, body }) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    register: (node) => {
      for (const [hash, other] of nodes) {
        if (other.cloud === node.cloud && other.cluster === node.cluster && other.name === node.name) {
          nodes.delete(hash);
        }
      }
      const secret = randomBytes(24).toString("hex");
      nodes.set(hashOf(secret), node);
      return secret;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

type Answer =
  { readonly status: 200; readonly body: NodeToken } | { readonly status: 401 | 403; readonly body: string };

async function give(
  { tokens, rules }: NodeIdentityOptions,
  node: RegistryNode | undefined,
  image: string,
): Promise<Answer> {
  if (node === undefined) {
    return { status: 401, body: "no node has this secret" };
  }
  const [host = "", ...path] = image.split("/");
  const owner = registryOwner(host);
  if (owner === "aws" && node.cloud === "aws") {
    const decision = await rules.mayPull?.(node, host, path.join("/").replace(/[:@].*$/, ""));
    // AWS's decision names the call that was refused. Logging in is one of its own there: with it taken away, no login.
    if (decision?.allowed === false && decision.missing.startsWith(`${loginCall} `)) {
      const who = sessionOf(decision.identity, node.name);
      return { status: 403, body: `AccessDeniedException: ${notAuthorized(who, loginCall, "*")}` };
    }
  }
  // Azure gives an identity, and its registry a login for that; the rehearsal's own registry takes logins alone.
  const use = node.cloud === "azure" && owner !== "stand-in" ? "identity" : "login";
  const token = tokens.issue({ use, node }, lifetimes[node.cloud]);
  return { status: 200, body: { username: nodeUsers[node.cloud], token } };
}

const loginCall = "ecr:GetAuthorizationToken";

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
