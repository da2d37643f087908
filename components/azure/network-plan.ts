import { invalidRange, overlap, parseRange, part } from "../ipv4-range";

/** Address ranges inside a cluster: the same in each, since the virtual network does not see them (CNI overlay). */
export const clusterRanges = {
  pods: "10.244.0.0/16",
  services: "172.16.0.0/16",
  /** Of the cluster's DNS: the tenth of the services' addresses, as AKS itself chooses. */
  dns: "172.16.0.10",
} as const;

/** Nodes that the pods' range has room for: each takes a /24 of it (AKS, Azure CNI Overlay, IP address planning). */
export const nodeRoom = 256;

/** Holds 1,019 nodes: Azure keeps five addresses of every subnet (virtual networks FAQ). */
const nodeSubnetPrefix = 22;

/**
 * The nodes' subnet: the first /22 of the virtual network.
 *
 * @throws pulumi.InputPropertyError for a network that is too small, or whose nodes would overlap the cluster's ranges
 */
export function nodeSubnetRange(addressSpace: string): string {
  const network = parseRange("addressSpace", addressSpace);
  if (network.prefix > nodeSubnetPrefix) {
    throw invalidRange("addressSpace", addressSpace, `must be a /${nodeSubnetPrefix} or larger, to hold the nodes`);
  }
  // AKS refuses services' ranges that overlap a subnet (Azure/AKS#3551); pods' may not either (Azure CNI Overlay, IP
  // address planning).
  const nodes = { first: network.first, prefix: nodeSubnetPrefix };
  for (const inner of [clusterRanges.pods, clusterRanges.services]) {
    if (overlap(nodes, parseRange("addressSpace", inner))) {
      throw invalidRange("addressSpace", addressSpace, `must not begin within ${inner}, which the cluster uses inside`);
    }
  }
  return part(network, nodeSubnetPrefix, 0);
}
