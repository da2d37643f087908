import type { CloudName } from "../../infra/clouds";
import type { Credentials } from "./credentials";
import type { RegistryOwner } from "./hosts";
import type { RegistryIdentity, RegistryNode, RegistryRules } from "./rules";
import type { Scope } from "./scopes";
import type { Tokens } from "./tokens";

/** Who sent a request. */
export type Caller =
  /** The home's own login, which may do everything. */
  | { readonly kind: "pusher" }
  | { readonly kind: "node"; readonly node: RegistryNode }
  | { readonly kind: "identity"; readonly identity: RegistryIdentity }
  /** Nobody, at the rehearsal's own registry: what it stands in for is public. */
  | { readonly kind: "anyone" }
  /** Whoever holds a token of this host's token service. */
  | { readonly kind: "bearer"; readonly scopes: readonly Scope[] };

/**
 * User names of node logins. Sources: Amazon ECR user guide, "Private registry authentication";
 * kubernetes/cloud-provider-gcp, pkg/gcpcredential; Azure/acr, docs/AAD-OAuth.md.
 */
export const nodeUsers: Readonly<Record<CloudName, string>> = {
  aws: "AWS",
  gcp: "_token",
  azure: "00000000-0000-0000-0000-000000000000",
};

/** User names of the logins that the clouds' commands give. Sources as in ci/registries/passwords.ts */
const identityUsers: Readonly<Record<CloudName, string>> = { ...nodeUsers, gcp: "oauth2accesstoken" };

/** What logins are held against. */
export interface Logins {
  readonly credentials: Pick<Credentials, "accepts">;
  readonly tokens: Pick<Tokens, "read">;
  readonly rules: Pick<RegistryRules, "identityOf">;
}

/**
 * Who sent a request, by its `Authorization` header; undefined for nobody that this host knows. A node's login counts
 * at the registries of its own cloud and at the rehearsal's own.
 */
export function identify(
  { credentials, tokens, rules }: Logins,
  owner: RegistryOwner,
  host: string,
  authorization: string | undefined,
): Caller | undefined {
  if (authorization === undefined && owner === "stand-in") {
    return { kind: "anyone" };
  }
  if (credentials.accepts(authorization)) {
    return { kind: "pusher" };
  }
  const [, scheme, value = ""] = /^(basic|bearer) (\S+)$/i.exec(authorization ?? "") ?? [];
  if (scheme?.toLowerCase() === "bearer") {
    const claims = tokens.read(value);
    return claims?.use === "bearer" && claims.host === host ? { kind: "bearer", scopes: claims.scopes } : undefined;
  }
  const [user = "", password = ""] = Buffer.from(value, "base64").toString().split(":");
  if (owner !== "stand-in" && user === identityUsers[owner]) {
    const identity = rules.identityOf?.(owner, password);
    if (identity !== undefined) return { kind: "identity", identity };
  }
  const claims = tokens.read(password);
  if (claims?.use !== "login" || user !== nodeUsers[claims.node.cloud]) {
    return undefined;
  }
  return owner === "stand-in" || owner === claims.node.cloud ? { kind: "node", node: claims.node } : undefined;
}
