import type { RegistryAddress } from "./address";
import type { Caller } from "./callers";
import type { RegistryOwner } from "./hosts";
import { denied, type Refusal } from "./refusals";
import type { RegistryRules } from "./rules";
import type { Action } from "./scopes";

/** What somebody wants to do with a repository. */
export interface Deed {
  readonly owner: RegistryOwner;
  readonly host: string;
  /** The repository. */
  readonly name: string;
  readonly action: Action;
  /** What of the repository; a token service is asked for all of it, which begins with manifests. */
  readonly kind: RegistryAddress["kind"];
}

/**
 * Refuses what a caller may not do; undefined when it may. What a node may pull is asked anew each time, while a bearer
 * token holds what was granted when it was given.
 */
export async function refusalOf(rules: RegistryRules, caller: Caller, deed: Deed): Promise<Refusal | undefined> {
  const { owner, host, name, action } = deed;
  if (caller.kind === "pusher") {
    return undefined;
  }
  if (caller.kind === "bearer") {
    const granted = caller.scopes.some((scope) => scope.name === name && scope.actions.includes(action));
    return granted ? undefined : denied(deed, "the holder of this token");
  }
  if (caller.kind === "anyone") {
    return action === "pull" ? undefined : denied(deed, "whoever is not logged in");
  }
  if (caller.kind === "identity") {
    const allowed = (await rules.mayAct?.(caller.identity, action, host, name)) ?? false;
    return allowed ? undefined : denied(deed, caller.identity.identity);
  }
  if (action === "push") {
    return denied(deed, `node ${caller.node.name} of ${caller.node.cluster}`);
  }
  if (owner === "stand-in") {
    return undefined;
  }
  const decision = (await rules.mayPull?.(caller.node, host, name)) ?? {
    allowed: false,
    identity: `node ${caller.node.name} of ${caller.node.cluster}`,
  };
  return decision.allowed ? undefined : denied(deed, sessionOf(decision.identity, caller.node.name));
}

/**
 * An instance's requests are made by a session of its role, named after the instance (IAM user guide, "Use an IAM role
 * to grant permissions to applications running on Amazon EC2 instances"); other clouds' identities stay as they are.
 */
export function sessionOf(identity: string, node: string): string {
  const [, partition, account, role] = /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(identity) ?? [];
  return role === undefined
    ? identity
    : `arn:${String(partition)}:sts::${String(account)}:assumed-role/${role}/${node}`;
}
