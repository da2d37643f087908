import { doubleRounder, parseFixed } from "./fixed.js";
import type { View } from "./request.js";

/** What the pixels of a deep view are computed from: the orbit of the view's centre, in arbitrary precision. */
export interface Orbit {
  /** Z(0) = 0, Z(1), …, Z(last), each rounded to the nearest doubles: real part, imaginary part, and so on. */
  readonly z: Float64Array;
  /**
   * |Z(m)|² - 4, of the orbit before rounding: where |z|² is so near to 4 that doubles cannot say on which side, which
   * for a deep view may be everywhere, this and d can.
   */
  readonly excess: Float64Array;
  /** The view's iterations, or less if the orbit escapes: then |Z(last)| > 8, and only there. */
  readonly last: number;
}

/**
 * Bits after the point that the centre and its orbit have. A pixel's half width is 2^-b for some b; while an orbit
 * goes from there to the size of the set, whatever rounding it has had grows by the same factor 2^b. The rest leaves
 * doubles' 53 bits, 20 for a sum over the iterations, and 23 to spare.
 */
export function orbitBits(view: View): number {
  return 96 + Math.max(0, exponentBelow(view.span / (2 * view.width)));
}

/** The smallest b with 2^-b <= value; `Math.log2` may differ from one machine to another. */
function exponentBelow(value: number): number {
  let bits = 0;
  for (let power = 1; power > value; power /= 2) {
    bits += 1;
  }
  return bits;
}

/**
 * The orbit of a view's centre: fixed-point numbers, so that every machine gets the same.
 *
 * @throws RequestError if the centre's coordinates are no decimals
 */
export function centreOrbit(view: View): Orbit {
  const bits = orbitBits(view);
  const re = parseFixed(view.re, bits);
  const im = parseFixed(view.im, bits);
  const toDouble = doubleRounder(bits);
  const shift = BigInt(bits);
  const half = shift - 1n;
  const four = 4n << shift;
  const z = new Float64Array(2 * (view.iterations + 1));
  const excess = new Float64Array(view.iterations + 1).fill(-4, 0, 1);
  let x = 0n;
  let y = 0n;
  let xx = 0n;
  let yy = 0n;
  for (let index = 1; index <= view.iterations; index += 1) {
    y = ((x * y) >> half) + im;
    x = ((xx - yy) >> shift) + re;
    xx = x * x;
    yy = y * y;
    const beyond = toDouble(((xx + yy) >> shift) - four);
    z[2 * index] = toDouble(x);
    z[2 * index + 1] = toDouble(y);
    excess[index] = beyond;
    if (beyond > 60) {
      return { z: z.slice(0, 2 * (index + 1)), excess: excess.slice(0, index + 1), last: index };
    }
  }
  return { z, excess, last: view.iterations };
}
