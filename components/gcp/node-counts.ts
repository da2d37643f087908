import { InputPropertyError } from "@pulumi/pulumi";
import { checkNodeCounts, type NodeCounts } from "../node-counts";

/**
 * Zones that a regional cluster spreads its nodes over when none are named.
 * Source: cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters
 */
export const zonesOfRegion = 3;

/**
 * How many nodes each zone begins with, so that all zones together hold at least the minimum.
 *
 * @throws pulumi.InputPropertyError when the minimum or maximum cannot hold over three zones
 */
export function initialNodesPerZone(counts: NodeCounts): number {
  checkNodeCounts(counts);
  const { minimum, maximum } = counts;
  const perZone = Math.ceil(minimum / zonesOfRegion);
  if (maximum < perZone * zonesOfRegion) {
    throw new InputPropertyError({
      propertyPath: "nodes",
      reason:
        `maximum ${maximum} is below ${perZone * zonesOfRegion}: a minimum of ${minimum} is ${perZone} in each of ` +
        `${zonesOfRegion} zones; raise the maximum or lower the minimum`,
    });
  }
  return perZone;
}
