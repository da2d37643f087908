import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";

export interface ControlPlaneIdentityArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Azure location, for instance `eastus`. */
  readonly location: pulumi.Input<string>;
  /** 3 to 128 letters, digits, hyphens and underscores. */
  readonly identityName: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The identity that an AKS control plane acts as. A system-assigned one would exist only with the cluster, too late to
 * let it join nodes to a subnet (learn.microsoft.com/azure/aks/configure-azure-cni, prerequisites).
 *
 * Apart from the cluster, because a component's children wait for all of its arguments: the identity takes longer than
 * the network, and need not wait for it.
 */
export class ControlPlaneIdentity extends pulumi.ComponentResource {
  readonly identityId: pulumi.Output<string>;
  /** Object id: what roles are assigned to. */
  readonly principalId: pulumi.Output<string>;

  constructor(name: string, args: ControlPlaneIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:azure:ControlPlaneIdentity", name, args, opts);
    const identity = new managedidentity.UserAssignedIdentity(
      `${name}-control-plane`,
      {
        resourceGroupName: args.resourceGroupName,
        resourceName: args.identityName,
        location: args.location,
        tags: args.tags,
      },
      { parent: this },
    );
    this.identityId = identity.id;
    this.principalId = identity.principalId;
    this.registerOutputs({ identityId: this.identityId, principalId: this.principalId });
  }
}
