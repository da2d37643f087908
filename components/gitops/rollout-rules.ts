/** A rule of Kubernetes' role-based access control (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

const argoproj = ["argoproj.io"];

/** In every namespace: an app has one of its own, and comes and goes without anybody who could grant anything. */
export const appRules: readonly Rule[] = [
  { apiGroups: argoproj, resources: ["rollouts"], verbs: ["get", "patch"] },
  // Pauses, aborts and promotions stand in the status (argo-rollouts pkg/kubectl-argo-rollouts/cmd).
  { apiGroups: argoproj, resources: ["rollouts/status"], verbs: ["patch"] },
  { apiGroups: argoproj, resources: ["analysisruns"], verbs: ["list"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
];

/**
 * In Argo CD's namespace: to look, and to ask it to look at Git now, which is an annotation. Kubernetes tells no patch of an
 * annotation from another one: what an Application may do is bounded by its project.
 */
export const argoCdRules: readonly Rule[] = [
  { apiGroups: argoproj, resources: ["applications", "applicationsets"], verbs: ["get", "patch"] },
];
