import type { AccessRules } from "./rule";

const argoproj = ["argoproj.io"];

/** What `trinity rollout` asks of a cluster. */
export const rolloutRules: AccessRules = {
  // In every namespace: an app has one of its own, and comes and goes without anybody who could grant anything.
  cluster: [
    { apiGroups: argoproj, resources: ["rollouts"], verbs: ["get", "patch"] },
    // Pauses, aborts and promotions stand in the status (argo-rollouts pkg/kubectl-argo-rollouts/cmd).
    { apiGroups: argoproj, resources: ["rollouts/status"], verbs: ["patch"] },
    { apiGroups: argoproj, resources: ["analysisruns"], verbs: ["list"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
  ],
  // To look, and to ask Argo CD to look at Git now, which is an annotation. Kubernetes tells no patch of an annotation
  // from another one: what an Application may do is bounded by its project.
  argoCd: [{ apiGroups: argoproj, resources: ["applications", "applicationsets"], verbs: ["get", "patch"] }],
};
