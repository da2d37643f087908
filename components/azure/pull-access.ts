import * as pulumi from "@pulumi/pulumi";
import { assignRole } from "./role-assignment";

export interface PullAccessArgs {
  /** Resource id of the registry. */
  readonly registryId: pulumi.Input<string>;
  /** Object id, not client id, of the identity that the cluster's kubelets pull with. */
  readonly kubeletObjectId: pulumi.Input<string>;
}

/**
 * Lets a cluster's nodes pull from a registry: AcrPull for the kubelet identity, on this registry and no other scope.
 * No pull secret, no admin user.
 */
export class PullAccess extends pulumi.ComponentResource {
  /** Id of the role assignment. */
  readonly assignmentId: pulumi.Output<string>;

  constructor(name: string, args: PullAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:azure:PullAccess", name, {}, opts);
    const assignment = assignRole(
      `${name}-acr-pull`,
      { scope: args.registryId, role: "acrPull", principalId: args.kubeletObjectId },
      { parent: this },
    );
    this.assignmentId = assignment.id;
    this.registerOutputs({ assignmentId: this.assignmentId });
  }
}
