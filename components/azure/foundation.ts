import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { nodeSubnetRange } from "./network-plan";

export interface FoundationArgs {
  /** Name of the resource group; everything else of the stack lies in it. */
  readonly resourceGroupName: pulumi.Input<string>;
  /** True: the group is there, somebody else's, and stays when the stack goes. @default false */
  readonly groupExists?: boolean;
  /** Azure location, for instance `eastus`. Another one replaces everything. */
  readonly location: pulumi.Input<string>;
  /**
   * Address range of the virtual network. Pods have addresses of their own (CNI overlay), so that only nodes and
   * internal load balancers take addresses here: a /22 or larger.
   */
  readonly addressSpace: string;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What the rest of the stack lies in: resource group, virtual network and the nodes' subnet. */
export class Foundation extends pulumi.ComponentResource {
  readonly resourceGroupName: pulumi.Output<string>;
  readonly nodeSubnetId: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError for an address range that cannot be used */
  constructor(name: string, args: FoundationArgs, opts?: pulumi.ComponentResourceOptions) {
    const { addressSpace, location, tags } = args;
    const nodeRange = nodeSubnetRange(addressSpace);
    super("trinity:azure:Foundation", name, {}, opts);

    const resourceGroupName =
      args.groupExists === true
        ? pulumi.output(args.resourceGroupName)
        : new resources.ResourceGroup(
            `${name}-group`,
            { resourceGroupName: args.resourceGroupName, location, tags },
            { parent: this },
          ).name;
    const virtualNetwork = new network.VirtualNetwork(
      `${name}-network`,
      {
        resourceGroupName,
        virtualNetworkName: name,
        location,
        addressSpace: { addressPrefixes: [addressSpace] },
        tags,
      },
      // Subnets are resources of their own; Azure lists them on the network too, which is no change of the network.
      { parent: this, ignoreChanges: ["subnets"] },
    );
    const subnet = new network.Subnet(
      `${name}-nodes`,
      {
        resourceGroupName,
        virtualNetworkName: virtualNetwork.name,
        subnetName: "nodes",
        addressPrefix: nodeRange,
      },
      { parent: this },
    );

    this.resourceGroupName = resourceGroupName;
    this.nodeSubnetId = subnet.id;
    this.registerOutputs({ resourceGroupName: this.resourceGroupName, nodeSubnetId: this.nodeSubnetId });
  }
}
