import { InputPropertyError } from "@pulumi/pulumi";

/** Nodes in all zones together. */
export interface NodeCounts {
  readonly minimum: number;
  readonly maximum: number;
}

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
export function initialNodesPerZone({ minimum, maximum }: NodeCounts): number {
  const perZone = Math.ceil(minimum / zonesOfRegion);
  if (!Number.isInteger(minimum) || !Number.isInteger(maximum) || minimum < 1) {
    throw invalid(`minimum ${minimum} and maximum ${maximum} must be whole numbers from 1 on`);
  }
  if (maximum < perZone * zonesOfRegion) {
    throw invalid(
      `maximum ${maximum} is below ${perZone * zonesOfRegion}: a minimum of ${minimum} is ${perZone} in each of ` +
        `${zonesOfRegion} zones; raise the maximum or lower the minimum`,
    );
  }
  return perZone;
}

function invalid(reason: string): InputPropertyError {
  return new InputPropertyError({ propertyPath: "nodes", reason });
}
