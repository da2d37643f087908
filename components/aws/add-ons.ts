// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

export interface AddOnsArgs {
  readonly clusterName: pulumi.Input<string>;
  /** The cluster's nodes: CoreDNS is not healthy before it runs on one. */
  readonly nodes: pulumi.Resource;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * EKS's add-ons, under EKS's management. No versions: EKS takes the one that it recommends for the cluster's
 * Kubernetes version, and keeps it until somebody asks for another.
 *
 * A new cluster has the first three already, unmanaged; OVERWRITE takes them over. They stay when the add-on is
 * deleted (`preserve`): deleting goes before the nodes, and pods that still stop then need a network.
 */
export class AddOns extends pulumi.ComponentResource {
  constructor(name: string, args: AddOnsArgs, opts?: pulumi.ComponentResourceOptions) {
    // Without inputs, for which its children would wait: only some need the nodes.
    super("trinity:aws:AddOns", name, {}, opts);
    const addOn = (addonName: string, more: Partial<eks.AddonArgs> = {}, dependsOn: pulumi.Resource[] = []) =>
      new eks.Addon(
        `${name}-${addonName}`,
        {
          clusterName: args.clusterName,
          addonName,
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
          preserve: true,
          tags: args.tags,
          ...more,
        },
        { parent: this, dependsOn },
      );
    // Without this the CNI ignores NetworkPolicy objects (EKS user guide, "Limit Pod traffic with Kubernetes network policies").
    addOn("vpc-cni", { configurationValues: JSON.stringify({ enableNetworkPolicy: "true" }) });
    addOn("kube-proxy");
    addOn("coredns", {}, [args.nodes]);
    // Gives pods roles of their own without an OpenID Connect provider.
    addOn("eks-pod-identity-agent", { preserve: false });
    // What HorizontalPodAutoscalers ask, which GKE and AKS bring (EKS user guide, "Community add-ons", metrics-server).
    addOn("metrics-server", { preserve: false }, [args.nodes]);
    this.registerOutputs({});
  }
}
