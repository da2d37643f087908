import * as pulumi from "@pulumi/pulumi";
import { addressAt, addressCount, firstSubnet, overlap } from "./cidr";

/** Azure keeps the first four addresses and the last one of every subnet (virtual networks FAQ). */
export const reservedAddresses = 5;

/** CNI overlay gives every node a /24 of the pods' range (AKS, Azure CNI Overlay, IP address planning). */
const podAddressesPerNode = 256;

/** Address ranges inside a cluster; unseen by the virtual network, so that every cluster may have the same. */
export interface ClusterRanges {
  /** Pods' addresses. */
  readonly pods: string;
  /** Addresses of Kubernetes Services. */
  readonly services: string;
}

export const defaultRanges: ClusterRanges = { pods: "10.244.0.0/16", services: "172.16.0.0/16" };

/** The nodes' subnet: the first of that size in the virtual network. @throws pulumi.InputPropertyError */
export function nodeSubnetRange(addressSpace: string, prefix: number): string {
  return checked("nodeSubnetPrefix", () => {
    // Smaller subnets than /29 cannot be created (virtual networks FAQ).
    if (prefix > 29) {
      throw new RangeError(`/${prefix} is too small: a subnet is a /29 or larger`);
    }
    return firstSubnet(addressSpace, prefix);
  });
}

/** The address of the cluster's DNS: the tenth of the services' range, as AKS itself chooses. */
export function dnsAddress(services: string): string {
  return checked("ranges.services", () => addressAt(services, 10));
}

/**
 * Refuses ranges that AKS refuses, or in which the autoscaler would run out of addresses.
 *
 * @param maximumNodes as many as the autoscaler may make
 * @throws pulumi.InputPropertyError
 */
export function checkRanges(ranges: ClusterRanges, maximumNodes: number): void {
  checked("ranges", () => {
    if (overlap(ranges.pods, ranges.services)) {
      throw new RangeError(`pods' range ${ranges.pods} and services' range ${ranges.services} overlap`);
    }
    const room = Math.floor(addressCount(ranges.pods) / podAddressesPerNode);
    if (maximumNodes > room) {
      throw new RangeError(
        `pods' range ${ranges.pods} holds ${room} nodes, not ${maximumNodes}: every node takes a /24`,
      );
    }
  });
}

function checked<Result>(propertyPath: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new pulumi.InputPropertyError({
      propertyPath,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
