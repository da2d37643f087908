import type { Grid } from "./grid.js";
import { entrySize, type Leaps, shortest } from "./leaps.js";
import type { Orbit } from "./orbit.js";

/** Between these, |z|² > 4 is decided by |Z|² - 4 + 2 Re(conj(Z) d) + |d|², which is exact enough however deep. */
const nearEscape = 4 - 2 ** -40;
const farEscape = 4 + 2 ** -40;

/** What all tiles of a deep view are computed from. */
export interface DeepView {
  readonly orbit: Orbit;
  readonly leaps: Leaps;
  readonly iterations: number;
}

/**
 * Counts of a deep tile, by perturbation: a pixel's orbit is z(n) = Z(m) + d, where Z is the centre's orbit, and only
 * d, which a double holds well however small it is, is iterated: d' = (2 Z + d) d + dc.
 *
 * Where z comes nearer to 0 than to Z, it goes on from the start of the centre's orbit, d = z and m = 0 (rebasing,
 * Zhuoran, at fractalforums.org). Thus z is never the small difference of two large numbers, which is what
 * makes glitches; and an orbit that outlives the centre's goes on likewise: there |Z| > 8, and z is nearer to 0.
 *
 * Rounding acts as if a pixel lay elsewhere by its distance from the centre, times the iterations, times some 1e-16:
 * nothing that can be seen, but where there are thousands of iterations and far more detail than pixels, some counts
 * are a neighbouring point's.
 *
 * A rebased orbit depends on d alone; one that comes back to exactly the same d never escapes, so that ending there
 * cannot change the count.
 *
 * @param grid distances from the centre
 * @returns counts from 1 to `iterations`, row by row from the top left
 */
export function deepCounts(deep: DeepView, grid: Grid): Uint32Array {
  const width = grid.re.length;
  const counts = new Uint32Array(width * grid.im.length);
  for (const [row, im] of grid.im.entries()) {
    for (const [column, re] of grid.re.entries()) {
      counts[row * width + column] = deepCount(deep, re, im);
    }
  }
  return counts;
}

/** assembly/deep.ts repeats this: the same operations in the same order, each rounded by itself. */
function deepCount(
  { orbit: { z, excess }, leaps: { data, starts }, iterations }: DeepView,
  re: number,
  im: number,
): number {
  let dr = 0;
  let di = 0;
  let zr = 0;
  let zi = 0;
  let m = 0;
  let count = 0;
  let savedRe = Number.NaN;
  let savedIm = Number.NaN;
  let rebased = 0;
  let nextSave = 1;
  while (count < iterations) {
    let leap = -1;
    let length = 0;
    // Leaps start at m = 1, 1 + shortest, …
    if ((m & (shortest - 1)) === 1) {
      const size = Math.abs(dr) + Math.abs(di);
      let index = (m / shortest) | 0;
      for (let level = 0; level < starts.length; level += 1) {
        const candidate = (starts[level] ?? 0) + index * entrySize;
        if (!(size < (data[candidate] ?? 0))) {
          break;
        }
        leap = candidate;
        length = shortest << level;
        if ((index & 1) === 1) {
          break;
        }
        index >>= 1;
      }
    }
    if (leap >= 0) {
      const ar = data[leap + 1] ?? 0;
      const ai = data[leap + 2] ?? 0;
      const br = data[leap + 3] ?? 0;
      const bi = data[leap + 4] ?? 0;
      const next = ar * dr - ai * di + (br * re - bi * im);
      di = ar * di + ai * dr + (br * im + bi * re);
      dr = next;
      m += length;
      count += length;
    } else {
      // 2 Z + d, as Z + z.
      const ar = (z[2 * m] ?? 0) + zr;
      const ai = (z[2 * m + 1] ?? 0) + zi;
      const next = ar * dr - ai * di + re;
      di = ar * di + ai * dr + im;
      dr = next;
      m += 1;
      count += 1;
    }
    zr = (z[2 * m] ?? 0) + dr;
    zi = (z[2 * m + 1] ?? 0) + di;
    const zz = zr * zr + zi * zi;
    const dd = dr * dr + di * di;
    if (zz > nearEscape) {
      const x = z[2 * m] ?? 0;
      const y = z[2 * m + 1] ?? 0;
      if (zz > farEscape || (excess[m] ?? 0) + (2 * (x * dr + y * di) + dd) > 0) {
        // A leap may have gone beyond the limit.
        return Math.min(count, iterations);
      }
    }
    if (zz <= dd) {
      dr = zr;
      di = zi;
      m = 0;
      if (dr === savedRe && di === savedIm) {
        return iterations;
      }
      // What it is compared with moves on at the rebases 1, 2, 4, … (Brent).
      rebased += 1;
      if (rebased === nextSave) {
        nextSave *= 2;
        savedRe = dr;
        savedIm = di;
      }
    }
  }
  return iterations;
}
