import * as pulumi from "@pulumi/pulumi";
// Files instead of the package's index: 6 modules and 5 ms instead of 124 and about 100 ms, in every preview.
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import { Role } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { Provider } from "@pulumi/kubernetes/provider";
import { argoCdNamespace } from "./argo-cd";
import { appRules, argoCdRules } from "./rollout-rules";

/** Whom a cluster's cloud says that somebody is. */
export interface RolloutSubject {
  readonly kind: "Group" | "User";
  readonly name: string;
}

export interface RolloutAccessArgs {
  readonly provider: Provider;
  readonly subject: RolloutSubject;
  /** Argo CD's. */
  readonly namespace: Namespace;
}

/** Name of each object in the cluster. */
const objectName = "trinity-rollout";

const apiGroup = "rbac.authorization.k8s.io";

/** Lets somebody look after the apps' rollouts, as `trinity rollout` does, and do nothing else in the cluster. */
export class RolloutAccess extends pulumi.ComponentResource {
  constructor(name: string, args: RolloutAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:gitops:RolloutAccess", name, {}, opts);
    const options = { parent: this, provider: args.provider };
    const subjects = [{ apiGroup, kind: args.subject.kind, name: args.subject.name }];
    const inArgoCd = { name: objectName, namespace: argoCdNamespace };

    const apps = new ClusterRole(`${name}-apps`, { metadata: { name: objectName }, rules: [...appRules] }, options);
    new ClusterRoleBinding(
      `${name}-apps`,
      { metadata: { name: objectName }, roleRef: { apiGroup, kind: "ClusterRole", name: objectName }, subjects },
      { ...options, dependsOn: [apps] },
    );
    const argoCd = new Role(
      `${name}-argo-cd`,
      { metadata: inArgoCd, rules: [...argoCdRules] },
      // The name is given as text, known while there is no cluster yet.
      { ...options, dependsOn: [args.namespace] },
    );
    new RoleBinding(
      `${name}-argo-cd`,
      { metadata: inArgoCd, roleRef: { apiGroup, kind: "Role", name: objectName }, subjects },
      { ...options, dependsOn: [args.namespace, argoCd] },
    );
    this.registerOutputs({});
  }
}
