import { parseFixed } from "./fixed.js";
import { RequestError } from "./request-error.js";

/**
 * A picture: a part of the complex plane, how finely to compute it and how far to iterate. Pixels are square.
 *
 * The numbers of a view, and nothing else, decide every count in it: whoever computes any part of it, on whichever
 * machine, gets the same counts.
 */
export interface View {
  /** Real part of the centre as a decimal, such as `-0.75` or `-1.25066e-3`; up to {@link maximumDigits} digits. */
  readonly re: string;
  /** Imaginary part of the centre, likewise. */
  readonly im: string;
  /** Width of the view in the complex plane, from {@link minimumSpan} to {@link maximumSpan}. */
  readonly span: number;
  /** Pixels from left to right, from 1 to {@link maximumSide}. */
  readonly width: number;
  /** Pixels from top to bottom, from 1 to {@link maximumSide}. */
  readonly height: number;
  /** Iterations after which a point counts as inside the set, from 1 to {@link maximumIterations}. */
  readonly iterations: number;
}

/**
 * Pixels of a view: columns `left`, `left + stride`, … and rows `top`, `top + stride`, …, all inside the view. A stride
 * above 1 is a coarse pass, whose counts are those that the full view has at the same pixels.
 */
export interface Tile {
  /** First column, from 0. */
  readonly left: number;
  /** First row, from 0 at the top. */
  readonly top: number;
  /** Columns to compute. */
  readonly width: number;
  /** Rows to compute. */
  readonly height: number;
  /** Pixels of the view from one column or row to the next; 1 if left out. */
  readonly stride?: number;
}

/** What to count: a whole view, or a tile of it. */
export interface CountRequest {
  readonly view: View;
  /** The whole view if left out. */
  readonly tile?: Tile;
}

/** Iterations that a view may ask for. What the tiles of a deep view share takes 44 bytes for each. */
export const maximumIterations = 1_000_000;

/** Pixels on a side of a view. */
export const maximumSide = 1 << 20;

/** Pixels that one request may ask for: their counts take 4 bytes each. */
export const maximumPixels = 1 << 24;

/** Widest view. */
export const maximumSpan = 64;

/** Narrowest view. Below it a pixel's distance from the centre nears the smallest normal double, 2.2e-308. */
export const minimumSpan = 1e-280;

/**
 * The tile of a request, checked and with its stride.
 *
 * @throws RequestError naming the field that is out of its limits, for the view too
 */
export function checkRequest({ view, tile }: CountRequest): Required<Tile> {
  parseFixed(view.re, 0);
  parseFixed(view.im, 0);
  whole("view.width", view.width, 1, maximumSide);
  whole("view.height", view.height, 1, maximumSide);
  whole("view.iterations", view.iterations, 1, maximumIterations);
  if (!(view.span >= minimumSpan && view.span <= maximumSpan)) {
    throw new RequestError(`view.span is ${view.span}: it must be from ${minimumSpan} to ${maximumSpan}`);
  }
  const { left, top, width, height, stride = 1 } = tile ?? { left: 0, top: 0, width: view.width, height: view.height };
  whole("tile.stride", stride, 1, maximumSide);
  whole("tile.left", left, 0, view.width - 1);
  whole("tile.top", top, 0, view.height - 1);
  whole("tile.width", width, 1, Math.ceil((view.width - left) / stride));
  whole("tile.height", height, 1, Math.ceil((view.height - top) / stride));
  if (width * height > maximumPixels) {
    throw new RequestError(`tile.width * tile.height is ${width * height}: it must be at most ${maximumPixels}`);
  }
  return { left, top, width, height, stride };
}

function whole(name: string, value: number, minimum: number, maximum: number): void {
  if (!(Number.isInteger(value) && value >= minimum && value <= maximum)) {
    throw new RequestError(`${name} is ${value}: it must be a whole number from ${minimum} to ${maximum}`);
  }
}
