import { invalidRange, parseRange, part } from "../ipv4-range";

/** The three ranges of a VPC-native cluster, as CIDR text. */
export interface ClusterRanges {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
}

/**
 * GKE reserves a /24 of the pod range for each node at its default of 110 pods a node.
 * Source: cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr
 */
const podPrefixPerNode = 24;

/** A node pool is upgraded by adding a node before it takes one away. */
const surgeNodes = 1;

/** Between these, the node range is no smaller than a /28 and no wider than the /8 of 10.0.0.0. */
const prefixes = { widest: 8, narrowest: 20 } as const;

/**
 * Divides a network for a cluster: pods get the upper half, nodes and services a 256th each.
 *
 * @param networkCidr for instance `10.0.0.0/12`: pods 10.8.0.0/13, nodes 10.0.0.0/20, services 10.0.16.0/20
 * @param maximumNodes nodes, all zones together, that the pod range must have room for
 * @throws pulumi.InputPropertyError naming the value and the rule
 */
export function divideNetwork(networkCidr: string, maximumNodes: number): ClusterRanges {
  const range = parseRange("networkCidr", networkCidr);
  const { prefix } = range;
  if (prefix < prefixes.widest || prefix > prefixes.narrowest) {
    throw invalidRange(
      "networkCidr",
      networkCidr,
      `must have a prefix from /${prefixes.widest} to /${prefixes.narrowest}`,
    );
  }
  const room = 2 ** (podPrefixPerNode - (prefix + 1)) - surgeNodes;
  if (maximumNodes > room) {
    throw invalidRange("networkCidr", networkCidr, `has room for the pods of ${room} nodes, not of ${maximumNodes}`);
  }
  return {
    nodes: part(range, prefix + 8, 0),
    services: part(range, prefix + 8, 1),
    pods: part(range, prefix + 1, 1),
  };
}
