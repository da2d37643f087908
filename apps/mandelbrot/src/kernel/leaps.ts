import type { Orbit } from "./orbit.js";

/**
 * Many iterations at once: `d(m + length) = A d(m) + B dc`, for as long as d is so small that its square does not
 * count next to 2 Z d. (Bilinear approximation: Zhuoran, at fractalforums.org; C.
 * Heiland-Allen, Deep zoom theory and practice, mathr.co.uk.)
 *
 * Leaps of a level are `shortest * 2^level` iterations long and start at m = 1, 1 + length, 1 + 2 length, …
 */
export interface Leaps {
  /**
   * Level after level, {@link entrySize} doubles a leap: radius, Re A, Im A, Re B, Im B. A leap holds for
   * |Re d| + |Im d| < radius. Each level ends with a leap of radius 0.
   */
  readonly data: Float64Array;
  /** Where each level begins in `data`. */
  readonly starts: readonly number[];
}

/** Iterations of a leap of level 0, a power of 2. */
export const shortest = 8;

/** Doubles of a leap. */
export const entrySize = 5;

/**
 * Part of |Z| that d must stay below, and what it must stay below in any case. What a leap leaves out is d / 2 Z of
 * what it keeps: about one rounding error, at worst eight.
 */
const negligible = 2 ** -49;
const largestRadius = 0.999 * 2 ** -51;

/**
 * No leap touches a point of the orbit with |Z|² above this, so that every escape is seen where it happens: where d is
 * negligible, so is its part in |z|².
 */
const escapeNear = 3.999;

/**
 * @param reach largest |Re dc| + |Im dc| of the view (of the view, not a tile: every tile must leap alike)
 */
export function createLeaps({ z, last }: Orbit, reach: number): Leaps {
  const starts: number[] = [];
  const lengths: number[] = [];
  let size = 0;
  for (let length = Math.floor((last - 1) / shortest); length > 0; length = Math.floor(length / 2)) {
    starts.push(size);
    lengths.push(length);
    size += (length + 1) * entrySize;
  }
  const data = new Float64Array(size);
  const step = new Float64Array(entrySize);
  for (const [level, start] of starts.entries()) {
    const below = starts[level - 1];
    for (let index = 0; index < (lengths[level] ?? 0); index += 1) {
      const at = start + index * entrySize;
      if (below !== undefined) {
        const first = below + 2 * index * entrySize;
        join(data, at, data, first, data, first + entrySize, reach);
        continue;
      }
      const m = 1 + index * shortest;
      single(data, at, z, m);
      for (let next = m + 1; next < m + shortest; next += 1) {
        single(step, 0, z, next);
        join(data, at, data, at, step, 0, reach);
      }
    }
  }
  return { data, starts };
}

/** The iteration from m to m + 1: A = 2 Z(m), B = 1. */
function single(target: Float64Array, at: number, z: Float64Array, m: number): void {
  const re = z[2 * m] ?? 0;
  const im = z[2 * m + 1] ?? 0;
  const nextRe = z[2 * m + 2] ?? 0;
  const nextIm = z[2 * m + 3] ?? 0;
  const escapes = re * re + im * im > escapeNear || nextRe * nextRe + nextIm * nextIm > escapeNear;
  target[at] = escapes ? 0 : Math.min(largestRadius, negligible * Math.max(Math.abs(re), Math.abs(im)));
  target[at + 1] = re + re;
  target[at + 2] = im + im;
  target[at + 3] = 1;
  target[at + 4] = 0;
}

/** Leap x, then leap y: A = Ay Ax, B = Ay Bx + By; d must be small enough for x, and still so for y. */
function join(
  target: Float64Array,
  at: number,
  x: Float64Array,
  xAt: number,
  y: Float64Array,
  yAt: number,
  reach: number,
): void {
  const xRadius = x[xAt] ?? 0;
  const xAr = x[xAt + 1] ?? 0;
  const xAi = x[xAt + 2] ?? 0;
  const xBr = x[xAt + 3] ?? 0;
  const xBi = x[xAt + 4] ?? 0;
  const yRadius = y[yAt] ?? 0;
  const yAr = y[yAt + 1] ?? 0;
  const yAi = y[yAt + 2] ?? 0;
  const yBr = y[yAt + 3] ?? 0;
  const yBi = y[yAt + 4] ?? 0;
  // |Re| + |Im| of a product is at most the product of the factors' own.
  const left = (yRadius - (Math.abs(xBr) + Math.abs(xBi)) * reach) / (Math.abs(xAr) + Math.abs(xAi));
  const radius = Math.min(xRadius, left);
  // Not a number, out of overflow far beyond use, is not above 0 either.
  target[at] = radius > 0 ? radius : 0;
  target[at + 1] = yAr * xAr - yAi * xAi;
  target[at + 2] = yAr * xAi + yAi * xAr;
  target[at + 3] = yAr * xBr - yAi * xBi + yBr;
  target[at + 4] = yAr * xBi + yAi * xBr + yBi;
}
