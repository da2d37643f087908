import { fromDouble, parseFixed } from "./fixed.js";
import { offsets } from "./grid.js";
import { checkRequest, type View } from "./request.js";

/** A point of the complex plane as fixed-point numbers: `re / 2^bits + i im / 2^bits`. */
export interface FixedPoint {
  readonly re: bigint;
  readonly im: bigint;
  readonly bits: number;
}

/**
 * The count of a point in arbitrary precision, slow and simple, for tests only: the first n with |z(n)|² > 4, or
 * `iterations` if there is none below. Products are rounded down to `point.bits` bits after the point, so the count is
 * the exact one as soon as there are enough bits for the orbit; where it is not clear that there are, compare with the
 * count at twice as many.
 */
export function referenceCount(point: FixedPoint, iterations: number): number {
  const bits = BigInt(point.bits);
  const limit = 4n << (2n * bits);
  let x = 0n;
  let y = 0n;
  for (let count = 0; count < iterations; count += 1) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > limit) {
      return count;
    }
    y = ((2n * x * y) >> bits) + point.im;
    x = ((xx - yy) >> bits) + point.re;
  }
  return iterations;
}

/** A point whose coordinates are doubles, exactly. */
export function doublePoint(re: number, im: number, bits: number): FixedPoint {
  return { re: fromDouble(re, bits), im: fromDouble(im, bits), bits };
}

/**
 * The point of a view's pixel: the centre's decimal, to `bits` bits, plus the pixel's offset, exactly.
 *
 * @param column from 0
 * @param row from 0 at the top
 */
export function pixelPoint(view: View, column: number, row: number, bits: number): FixedPoint {
  const tile = checkRequest({ view, tile: { left: column, top: row, width: 1, height: 1 } });
  const { re, im } = offsets(view, tile);
  return {
    re: parseFixed(view.re, bits) + fromDouble(re[0] ?? 0, bits),
    im: parseFixed(view.im, bits) + fromDouble(im[0] ?? 0, bits),
    bits,
  };
}
