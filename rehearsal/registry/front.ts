import { createHash } from "node:crypto";
import type * as http from "node:http";
import { refusalOf } from "./access";
import { backendRoot, fromBackend, isDigest, readAddress, type RegistryAddress, toBackend } from "./address";
import { readBody, refuse } from "./answers";
import type { Backend } from "./backend";
import { identify } from "./callers";
import { type RegistryOwner, registryOwner } from "./hosts";
import type { Outage } from "./outage";
import { immutableTag, unauthorized, unknownRepository } from "./refusals";
import type { RegistryRules, RepositoryRules } from "./rules";
import { actionOf, scopeFor } from "./scopes";
import { challenge, serveToken, type TokenServiceOptions } from "./token-service";

/** Largest manifest that is taken, in bytes (OCI distribution specification, "Pushing Manifests": at least 4 MiB). */
const largestManifest = 4 * 1024 * 1024;

/** What the front stands between. */
export interface FrontOptions extends TokenServiceOptions {
  readonly backend: Backend;
  readonly outage: Outage;
}

/**
 * Answers as the clouds' registries: checks the login, whether the repository exists, whether the caller may do what it
 * asks for and whether a tag may change, then hands the request to the real registry. Bodies are streamed; only
 * manifests are held, to know their digest.
 */
export function createFront(options: FrontOptions): http.RequestListener {
  return (request, response) => {
    respond(options, request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
      } else {
        refuse(response, {
          status: 502,
          code: "UNKNOWN",
          message: `the rehearsal's registry failed: ${String(error)}`,
        });
      }
    });
  };
}

async function respond(
  options: FrontOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const owner = registryOwner(host);
  const target = request.url ?? "/";
  if (owner === undefined) {
    refuse(response, { status: 421, code: "UNSUPPORTED", message: `no registry is played at ${host}` });
    return;
  }
  if (await serveToken(options, owner, host, request, response)) {
    return;
  }
  const address = readAddress(new URL(target, "http://registry").pathname);
  const action = actionOf(request.method);
  const { authorization } = request.headers;
  const caller = identify(options, owner, host, authorization);
  const howToLogIn = () => {
    const error = authorization?.startsWith("Bearer ") === true ? "invalid_token" : undefined;
    return challenge(owner, host, address && scopeFor(address.name, action), error);
  };
  if (caller === undefined) {
    response.setHeader("www-authenticate", howToLogIn());
    refuse(response, unauthorized(host));
    return;
  }
  if (target === "/v2/" || target === "/v2") {
    return void response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }
  if (address === undefined) {
    refuse(response, { status: 404, code: "UNSUPPORTED", message: `${target}: no such page` });
    return;
  }
  const rules = await repositoryRules(options.rules, owner, host, address.name);
  if (!rules.exists) {
    refuse(response, unknownRepository(owner, host, address.name));
    return;
  }
  const refusal = await refusalOf(options.rules, caller, { owner, host, action, ...address });
  if (refusal !== undefined) {
    if (refusal.status === 401) {
      response.setHeader("www-authenticate", howToLogIn());
    }
    refuse(response, refusal);
    return;
  }
  const root = backendRoot(host, rules.madeAt);
  const manifest =
    request.method === "PUT" && address.kind === "manifests"
      ? await readBody(request, largestManifest, "a manifest")
      : undefined;
  if (manifest !== undefined && rules.immutableTags && !isDigest(address.rest)) {
    const present = await manifestDigest(options.backend, root, address);
    if (present !== undefined && (owner === "aws" || present !== digestOf(manifest))) {
      refuse(response, immutableTag(owner, address.name, address.rest));
      return;
    }
  }
  options.outage.count(request, host);
  const status = await forward(options.backend, root, request, response, manifest);
  if (manifest !== undefined && status === 201 && owner !== "stand-in") {
    await options.rules.pushed?.(host, address.name, digestOf(manifest));
  }
}

async function repositoryRules(
  rules: RegistryRules,
  owner: RegistryOwner,
  host: string,
  name: string,
): Promise<RepositoryRules> {
  return owner === "stand-in" ? { exists: true, immutableTags: false } : rules.repository(host, name);
}

/** Digest of what a node would get at an address; undefined when there is no such repository, or nothing in it. */
export async function servedDigest(
  { backend, rules }: Pick<FrontOptions, "backend" | "rules">,
  owner: RegistryOwner,
  host: string,
  address: Pick<RegistryAddress, "name" | "rest">,
): Promise<string | undefined> {
  const { exists, madeAt } = await repositoryRules(rules, owner, host, address.name);
  return exists ? manifestDigest(backend, backendRoot(host, madeAt), address) : undefined;
}

function digestOf(manifest: Buffer): string {
  return `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
}

/** Digest of the manifest at a tag or digest; undefined when there is none. */
async function manifestDigest(
  backend: Backend,
  root: string,
  address: Pick<RegistryAddress, "name" | "rest">,
): Promise<string | undefined> {
  const request = backend.request({
    method: "HEAD",
    path: toBackend(root, `/v2/${address.name}/manifests/${address.rest}`),
    headers: { accept: manifestTypes },
  });
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (answer) => {
      answer.resume();
      const digest = answer.headers["docker-content-digest"];
      resolve(answer.statusCode === 200 && typeof digest === "string" ? digest : undefined);
    });
    request.end();
  });
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Headers that are about one connection are not handed on (RFC 9110, 7.6.1): a client's "Connection: close" would have
 * the registry close a connection that is kept for the next request. The framing stays, which bodies are sent by.
 */
function withoutHop(headers: http.IncomingHttpHeaders): http.IncomingHttpHeaders {
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const hop = new Set(["connection", "keep-alive", "proxy-connection", "te", "upgrade", ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.has(name)));
}

/** Hands a request on, and the answer back. @returns the answer's status */
async function forward(
  backend: Backend,
  root: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  body: Buffer | undefined,
): Promise<number> {
  const headers = withoutHop(request.headers);
  // The login is the front's affair.
  delete headers.authorization;
  const onward = backend.request({ method: request.method, path: toBackend(root, request.url ?? "/"), headers });
  return new Promise((resolve, reject) => {
    onward.once("error", reject);
    // The client is gone: what it sent so far must not be taken for the whole.
    request.once("aborted", () => onward.destroy(new Error("the client went away")));
    onward.once("response", (answer) => {
      const rewritten = withoutHop(answer.headers);
      for (const name of ["location", "link"] as const) {
        const value = rewritten[name];
        if (typeof value === "string") {
          rewritten[name] = fromBackend(root, value);
        }
      }
      const status = answer.statusCode ?? 502;
      response.writeHead(status, rewritten);
      answer.pipe(response);
      answer.once("error", reject);
      response.once("close", () => {
        resolve(status);
      });
    });
    if (body === undefined) {
      request.pipe(onward);
    } else {
      onward.end(body);
    }
  });
}
