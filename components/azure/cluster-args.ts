import * as pulumi from "@pulumi/pulumi";
import { checkNodeCounts, type NodeCounts } from "../node-counts";
import { clusterRanges, nodeRoom } from "./network-plan";

export interface ClusterArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Azure location, for instance `eastus`. */
  readonly location: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  /** First part of the API server's host name. Cannot be changed: another one replaces the cluster. */
  readonly dnsPrefix: pulumi.Input<string>;
  /** Minor version, for instance `1.34`; patches arrive by themselves. Goes up by one minor version at a time. */
  readonly kubernetesVersion: pulumi.Input<string>;
  /** Id of the subnet that nodes join. */
  readonly nodeSubnetId: pulumi.Input<string>;
  /**
   * VM size of the nodes, for instance `Standard_D4s_v5`: at least 4 vCPUs, and no B series, since the pool runs the cluster's
   * own pods (learn.microsoft.com/azure/aks/use-system-pools). AKS refuses another one in an existing pool
   * (learn.microsoft.com/azure/aks/manage-node-pools, limitations).
   */
  readonly nodeType: pulumi.Input<string>;
  /** How many nodes the autoscaler keeps, in all zones together. */
  readonly nodes: NodeCounts;
  /** Availability zones of the nodes; none where the location has none. */
  readonly zones: readonly string[];
  /**
   * Object ids of Entra groups whose members administer the cluster. The identity that deploys must be in one of them,
   * or Argo CD cannot be installed.
   */
  readonly adminGroups: readonly string[];
  /** Networks that may reach the API server over the internet, as CIDR. Access still needs a credential. */
  readonly apiServerCidrs: readonly string[];
  /** `Free`, or `Standard` with an uptime agreement and a price by the hour. */
  readonly tier: "Free" | "Standard";
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** AKS takes up to 200 ranges (learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges). */
const maximumApiServerCidrs = 200;

/** @throws pulumi.InputPropertyError for the first value that AKS would refuse, or that would lock everybody out */
export function checkClusterArgs(args: ClusterArgs): void {
  checkNodes(args.nodes);
  checkApiServerCidrs(args.apiServerCidrs);
  if (args.adminGroups.length === 0) {
    refuse("adminGroups", "is empty: local accounts are off, so that nobody could administer the cluster");
  }
  for (const group of args.adminGroups) {
    if (!guid.test(group)) {
      refuse("adminGroups", `"${group}" is not the object id of an Entra group (a GUID)`);
    }
  }
  for (const zone of args.zones) {
    if (!/^[123]$/.test(zone)) {
      refuse("zones", `"${zone}" is none of the availability zones 1, 2 and 3`);
    }
  }
}

/** @throws pulumi.InputPropertyError */
export function checkNodes(nodes: NodeCounts): void {
  checkNodeCounts(nodes);
  if (nodes.maximum > nodeRoom) {
    refuse(
      "nodes",
      `maximum ${nodes.maximum} is above ${nodeRoom}: every node takes a /24 of the pods' ${clusterRanges.pods}`,
    );
  }
}

/** @throws pulumi.InputPropertyError */
export function checkApiServerCidrs(cidrs: readonly string[]): void {
  if (cidrs.length > maximumApiServerCidrs) {
    refuse("apiServerCidrs", `has ${cidrs.length} ranges; AKS takes ${maximumApiServerCidrs}`);
  }
}

function refuse(propertyPath: string, reason: string): never {
  throw new pulumi.InputPropertyError({ propertyPath, reason });
}
