import type { Tile, View } from "./request.js";

/** Where the columns and rows of a tile lie, in the complex plane. */
export interface Grid {
  /** Real part of each column, from left to right. */
  readonly re: Float64Array;
  /** Imaginary part of each row, from top to bottom. */
  readonly im: Float64Array;
}

/**
 * Distances of a tile's columns and rows from the view's centre.
 *
 * Column `i` of a view that is `width` wide lies `(2 i - (width - 1)) * h` to the right of the centre, row `j` of
 * `height` lies `((height - 1) - 2 j) * h` above it, where `h = span / (2 width)` is half a pixel. The factor is a whole
 * number, `h` and the product are rounded once each (IEEE 754 double): a pixel's place depends on the view and its own
 * whole coordinates, never on the tile that it is painted with.
 */
export function offsets(view: View, tile: Required<Tile>): Grid {
  const half = view.span / (2 * view.width);
  const re = new Float64Array(tile.width);
  for (let column = 0; column < tile.width; column += 1) {
    re[column] = (2 * (tile.left + column * tile.stride) - (view.width - 1)) * half;
  }
  const im = new Float64Array(tile.height);
  for (let row = 0; row < tile.height; row += 1) {
    im[row] = (view.height - 1 - 2 * (tile.top + row * tile.stride)) * half;
  }
  return { re, im };
}

/**
 * The points of a shallow view: the double nearest to the centre's decimal, plus the offset, rounded once more.
 *
 * @param centre as doubles
 */
export function points(centre: { readonly re: number; readonly im: number }, grid: Grid): Grid {
  return { re: grid.re.map((offset) => centre.re + offset), im: grid.im.map((offset) => centre.im + offset) };
}
