import { zoneCount } from "./subnet-plan";

/**
 * Zones in which EKS puts no control plane: CreateCluster answers UnsupportedAvailabilityZoneException. By id, since
 * the same name means another zone in another account.
 * Source: EKS user guide, "Amazon EKS networking requirements for VPC and subnets".
 */
export const zonesWithoutEks: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az3"];

/**
 * The zones that a network spans, of those that are to be had.
 *
 * @throws Error when the region has too few
 */
export function chooseZones(available: readonly string[], region: string): string[] {
  const zones = [...available].sort().slice(0, zoneCount);
  if (zones.length < zoneCount) {
    throw new Error(
      `Region ${region} has ${zones.length} zones in which EKS runs (${zones.join(", ")}), but a network spans ` +
        `${zoneCount}. Choose another aws:region.`,
    );
  }
  return zones;
}
