/** A rule of Kubernetes' role-based access control (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  /** @default every name */
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

/** What somebody may do in a cluster. */
export interface AccessRules {
  /** In every namespace, and outside of them. */
  readonly cluster: readonly Rule[];
  /** In Argo CD's namespace. */
  readonly argoCd: readonly Rule[];
}

/** Those whom a stack lets into its cluster, and the names of their roles and bindings there. */
export const accessNames = { preview: "trinity-preview", rollout: "trinity-rollout" } as const;
