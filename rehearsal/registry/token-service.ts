import type * as http from "node:http";
import { refusalOf } from "./access";
import { answer, readBody, refuse } from "./answers";
import { type Caller, identify, type Logins, nodeUsers } from "./callers";
import type { RegistryOwner } from "./hosts";
import { anonymous, denied, unauthorized } from "./refusals";
import type { RegistryRules } from "./rules";
import { type Action, readScopes, type Scope } from "./scopes";
import type { Tokens } from "./tokens";

/**
 * Where a registry gives tokens. Artifact Registry's address is in argoproj/argo-cd#26260, Azure's in Azure/acr,
 * docs/AAD-OAuth.md. ECR has none: its clients send their login with each request.
 */
const tokenPaths: Readonly<Partial<Record<RegistryOwner, string>>> = { gcp: "/v2/token", azure: "/oauth2/token" };

/** Where Azure's registry gives a login for an identity (Azure/acr, docs/AAD-OAuth.md). */
const exchangePath = "/oauth2/exchange";

/**
 * Lifetimes in seconds. A node's token is shorter-lived here than in the clouds (an hour or more), so that a grant that
 * is taken away is gone within a minute; less would break clients, which take a minute for granted
 * (distribution.github.io/distribution/spec/auth/token). A build pushes for longer than that. Azure's logins last three
 * hours.
 */
const lifetimes = { node: 60, pusher: 60 * 60, azureLogin: 3 * 60 * 60 } as const;

/** Largest form that is taken, in bytes: a token and some scopes. */
const largestForm = 64 * 1024;

/** What the token service stands on. */
export interface TokenServiceOptions extends Logins {
  readonly tokens: Tokens;
  readonly rules: RegistryRules;
}

/** `WWW-Authenticate` of a registry: how to log in there. @param scope what the refused request needs */
export function challenge(owner: RegistryOwner, host: string, scope?: string, error?: "invalid_token"): string {
  const path = tokenPaths[owner];
  if (path === undefined) {
    return `Basic realm="https://${host}/",service="${host}"`;
  }
  const fields = { realm: `https://${host}${path}`, service: host, scope, error };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `Bearer ${given.map(([name, value]) => `${name}="${String(value)}"`).join(",")}`;
}

/** Answers a request for a token or a login. @returns false when the request is for something else */
export async function serveToken(
  options: TokenServiceOptions,
  owner: RegistryOwner,
  host: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<boolean> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://registry");
  const isExchange = owner === "azure" && pathname === exchangePath;
  if (!isExchange && pathname !== tokenPaths[owner]) {
    return false;
  }
  if (request.method === "GET" && !isExchange) {
    const caller = identify(options, owner, host, request.headers.authorization);
    await giveToken(options, owner, host, caller, readScopes(searchParams.getAll("scope")), response);
    return true;
  }
  if (request.method !== "POST" || owner !== "azure") {
    // Clients try POST first, and take this for "ask with GET" (containerd, core/remotes/docker/authorizer.go).
    refuse(response, {
      status: 404,
      code: "UNSUPPORTED",
      message: `${pathname} does not know ${String(request.method)}`,
    });
    return true;
  }
  const form = new URLSearchParams((await readBody(request, largestForm, "a form")).toString());
  if (isExchange) {
    await exchange(options, host, form.get("access_token") ?? "", response);
  } else {
    const caller = identify(options, owner, host, formLogin(form));
    await giveToken(options, owner, host, caller, readScopes(form.getAll("scope")), response);
  }
  return true;
}

/** A form's login as an `Authorization` header. */
function formLogin(form: URLSearchParams): string {
  const [user, password] =
    form.get("grant_type") === "refresh_token"
      ? [nodeUsers.azure, form.get("refresh_token")]
      : [form.get("username"), form.get("password")];
  return `Basic ${Buffer.from(`${user ?? ""}:${password ?? ""}`).toString("base64")}`;
}

async function giveToken(
  { tokens, rules }: TokenServiceOptions,
  owner: RegistryOwner,
  host: string,
  caller: Caller | undefined,
  scopes: readonly Scope[],
  response: http.ServerResponse,
): Promise<void> {
  const deed = (name: string, action: Action) => ({ owner, host, name, action, kind: "manifests" }) as const;
  // A token gets no other one: it would outlive what it was given for.
  if (caller === undefined || caller.kind === "bearer") {
    const [first] = scopes;
    refuse(
      response,
      first === undefined ? unauthorized(host) : anonymous(deed(first.name, first.actions[0] ?? "pull")),
    );
    return;
  }
  for (const { name, actions } of scopes) {
    for (const action of actions) {
      const refusal = await refusalOf(rules, caller, deed(name, action));
      if (refusal !== undefined) {
        refuse(response, refusal);
        return;
      }
    }
  }
  const seconds = caller.kind === "node" ? lifetimes.node : lifetimes.pusher;
  const token = tokens.issue({ use: "bearer", host, scopes }, seconds);
  // Google calls it `token`, Azure `access_token`.
  answer(response, 200, { [owner === "gcp" ? "token" : "access_token"]: token, expires_in: seconds });
}

/** Azure's registry gives no login to an identity that may do nothing there. */
async function exchange(
  { tokens, rules }: TokenServiceOptions,
  host: string,
  accessToken: string,
  response: http.ServerResponse,
): Promise<void> {
  const claims = tokens.read(accessToken);
  const deed = { owner: "azure", host, name: "", action: "pull", kind: "manifests" } as const;
  if (claims?.use !== "identity") {
    refuse(response, denied(deed, "nobody"));
    return;
  }
  const refusal = await refusalOf(rules, { kind: "node", node: claims.node }, deed);
  if (refusal !== undefined) {
    refuse(response, refusal);
    return;
  }
  answer(response, 200, { refresh_token: tokens.issue({ use: "login", node: claims.node }, lifetimes.azureLogin) });
}
