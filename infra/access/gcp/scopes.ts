import type { Grant } from "../grant";

/** Where a grant holds. conditions.ts makes conditions of it. */
export const gcpScopes = {
  project: "the project",
  cluster: "the environment's cluster",
  images: "the environment's repositories",
  promoted: "the repositories of the environments that this one's images come from",
  nodes: "the project's policy, for grants of the nodes' role only",
  bucket: "the bucket of the state",
  stacks: "the state of every stack but the bootstrap stacks",
  apps: "the state of the apps' stacks",
  key: "the key of the state's secrets",
} as const;

export type GcpScope = keyof typeof gcpScopes;

/** Permissions, where they hold, and why. */
export interface GcpGrant extends Grant {
  readonly on: GcpScope;
}

/** Roles that a cloud stack grants on the project: to its nodes' service account (components/gcp/cluster.ts). */
export const grantedProjectRoles = ["roles/container.defaultNodeServiceAccount"] as const;
