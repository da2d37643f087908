import { InputPropertyError } from "@pulumi/pulumi";

/** How many nodes there may be, in all zones together. */
export interface NodeCounts {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * @param property the argument that they were given as, for the error
 * @throws InputPropertyError for counts that no cloud takes
 */
export function checkNodeCounts({ minimum, maximum }: NodeCounts, property = "nodes"): void {
  if (!Number.isInteger(minimum) || !Number.isInteger(maximum) || minimum < 1 || minimum > maximum) {
    throw new InputPropertyError({
      propertyPath: property,
      reason: `minimum ${minimum} and maximum ${maximum} must be whole numbers from 1 on, the minimum not above the maximum`,
    });
  }
}
