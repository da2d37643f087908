import type { Grid } from "./grid.js";
import { isInterior } from "./interior.js";

/** Iterations between two looks for a cycle: a multiple of the most frequent periods, so that one look finds them. */
const lookEvery = 24;

/**
 * Counts of a shallow tile, in plain JavaScript: those of `escapeCount`, row by row from the top left.
 *
 * @param grid the points
 * @returns `grid.re.length * grid.im.length` counts from 1 to `iterations`
 */
export function scalarCounts(grid: Grid, iterations: number): Uint32Array {
  const width = grid.re.length;
  const counts = new Uint32Array(width * grid.im.length);
  for (const [row, im] of grid.im.entries()) {
    for (const [column, re] of grid.re.entries()) {
      counts[row * width + column] = isInterior(re, im) ? iterations : countWithCycles(re, im, iterations);
    }
  }
  return counts;
}

/**
 * As `escapeCount`, but ends as soon as the orbit repeats itself. Every step depends on (x, y) alone, so an orbit of
 * doubles that comes back to exactly the same (x, y) never escapes: ending there cannot change the count. What it is
 * compared with moves on at 24, 48, 96, … iterations (Brent 1980, An improved Monte Carlo factorization algorithm).
 */
function countWithCycles(re: number, im: number, iterations: number): number {
  let x = 0;
  let y = 0;
  let savedX = 0;
  let savedY = 0;
  let nextSave = lookEvery;
  let count = 0;
  while (count < iterations) {
    const end = Math.min(count + lookEvery, iterations);
    for (; count < end; count += 1) {
      const xx = x * x;
      const yy = y * y;
      if (xx + yy > 4) {
        return count;
      }
      y = (x + x) * y + im;
      x = xx - yy + re;
    }
    if (x === savedX && y === savedY) {
      return iterations;
    }
    if (count >= nextSave) {
      nextSave *= 2;
      savedX = x;
      savedY = y;
    }
  }
  return iterations;
}
