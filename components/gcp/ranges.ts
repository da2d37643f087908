import { InputPropertyError } from "@pulumi/pulumi";

/** An IPv4 network: first address as a number, and how many leading bits are fixed. */
export interface Range {
  readonly first: number;
  readonly prefix: number;
}

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
  const { first, prefix } = parseRange(networkCidr);
  if (prefix < prefixes.widest || prefix > prefixes.narrowest) {
    throw invalid(networkCidr, `must have a prefix from /${prefixes.widest} to /${prefixes.narrowest}`);
  }
  const room = 2 ** (podPrefixPerNode - (prefix + 1)) - surgeNodes;
  if (maximumNodes > room) {
    throw invalid(networkCidr, `has room for the pods of ${room} nodes, not of ${maximumNodes}`);
  }
  const small = prefix + 8;
  return {
    nodes: formatRange({ first, prefix: small }),
    services: formatRange({ first: first + size(small), prefix: small }),
    pods: formatRange({ first: first + size(prefix + 1), prefix: prefix + 1 }),
  };
}

/**
 * Reads a network in CIDR notation.
 *
 * @throws pulumi.InputPropertyError for anything that is not an IPv4 network whose host bits are all zero
 */
export function parseRange(cidr: string): Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [bytes, prefix] = [(match ?? []).slice(1, 5).map(Number), Number(match?.[5])];
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || !(prefix <= 32)) {
    throw invalid(cidr, "must be an IPv4 network in CIDR notation, for instance 10.0.0.0/12");
  }
  const first = bytes.reduce((address, byte) => address * 256 + byte, 0);
  if (first % size(prefix) !== 0) {
    throw invalid(
      cidr,
      `must begin at a multiple of its size: ${formatRange({ first: first - (first % size(prefix)), prefix })}`,
    );
  }
  return { first, prefix };
}

function formatRange({ first, prefix }: Range): string {
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

/** Number of addresses. */
function size(prefix: number): number {
  return 2 ** (32 - prefix);
}

function invalid(value: string, rule: string): InputPropertyError {
  return new InputPropertyError({ propertyPath: "networkCidr", reason: `"${value}" ${rule}` });
}
