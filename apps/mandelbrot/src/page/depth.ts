import { limits } from "../limits.js";

/** How far a user may bend the depth either way, in steps. */
export const depthSteps = 8;

/**
 * Iterations for a view. Counts along the boundary grow with the depth of the zoom, and near spirals with its square; the
 * time for what is inside the set grows far less, since most of it is known to be inside early.
 *
 * @param span across the shorter side of the screen
 * @param bend steps that the user added or took away; two of them double
 */
export function iterationsFor(span: number, bend: number): number {
  const doublings = Math.max(0, Math.log2(2.8 / span));
  const automatic = 256 + 60 * doublings + 6 * doublings ** 2;
  return Math.min(
    limits.iterations,
    Math.max(16, Math.round(Math.min(limits.iterations, automatic) * 2 ** (bend / 2))),
  );
}
