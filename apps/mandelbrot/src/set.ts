/** A part of the complex plane and how finely to compute it. */
export interface Tile {
  /** Real part of the tile's centre. */
  readonly re: number;
  /** Imaginary part of the tile's centre. */
  readonly im: number;
  /** Width of the tile in the complex plane; the height follows from the pixels, which are square. */
  readonly span: number;
  /** Pixels from left to right. */
  readonly width: number;
  /** Pixels from top to bottom. */
  readonly height: number;
  /** Iterations after which a point counts as inside the set. */
  readonly iterations: number;
}

/**
 * Iterations until each point escapes, row by row from the top left.
 *
 * @returns `width * height` counts from 0 to `iterations`; `iterations` means inside the set
 */
export function escapeCounts(tile: Tile): Uint16Array {
  const counts = new Uint16Array(tile.width * tile.height);
  const step = tile.span / tile.width;
  const left = tile.re - (tile.span - step) / 2;
  const top = tile.im + (step * (tile.height - 1)) / 2;
  for (let row = 0; row < tile.height; row += 1) {
    for (let column = 0; column < tile.width; column += 1) {
      counts[row * tile.width + column] = escapeCount(left + column * step, top - row * step, tile.iterations);
    }
  }
  return counts;
}

function escapeCount(re: number, im: number, iterations: number): number {
  // The main cardioid and the period-2 bulb are inside the set; they are also where most of the time would go.
  const q = (re - 0.25) ** 2 + im ** 2;
  if (q * (q + (re - 0.25)) <= im ** 2 / 4 || (re + 1) ** 2 + im ** 2 <= 1 / 16) {
    return iterations;
  }
  let x = 0;
  let y = 0;
  for (let count = 0; count < iterations; count += 1) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 4) {
      return count;
    }
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return iterations;
}
