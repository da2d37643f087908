import type { Tile } from "../kernel/request.js";
import { free } from "../memory.js";
import { stagePixels } from "../stage/protocol.js";
import { type Clouds, isCoarse, type TileByCloud, type TileOptions, type WantedTile } from "../stage/clouds.js";

/** Pixels on a side of the tiles that a view is divided into, if it is too large for one. */
const tileSide = 256;

/** Counts of a view or tile, and of what they were put together. */
export interface PaintedView {
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly tiles: readonly TileByCloud[];
}

/**
 * Paints a view: in one piece if one cloud may be asked for it, else in tiles by all clouds at once. A coarse pass is
 * painted here: it is quick, and somebody looks at a blank page.
 */
export async function paintView(clouds: Clouds, wanted: WantedTile, options: TileOptions): Promise<PaintedView> {
  const { view, tile } = wanted;
  // One that fails ends the others.
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const paint = (part: Required<Tile>) =>
    isCoarse(tile)
      ? clouds.paintHere({ view, tile: part }, { ...options, signal })
      : clouds.paint({ view, tile: part }, { ...options, signal });
  const parts = divide(tile);
  try {
    const tiles = await Promise.all(parts.map(paint));
    const [only, ...others] = tiles;
    if (only !== undefined && others.length === 0) {
      return { counts: only.counts, tiles };
    }
    const counts = new Uint32Array(tile.width * tile.height);
    for (const [index, part] of parts.entries()) {
      const painted = tiles[index]?.counts ?? new Uint32Array();
      copy(painted, part, counts, tile);
      free(painted);
    }
    return { counts, tiles };
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

/** The tiles that a tile is painted in, row by row. */
export function divide(tile: Required<Tile>): Required<Tile>[] {
  if (tile.width * tile.height <= stagePixels) {
    return [tile];
  }
  const parts: Required<Tile>[] = [];
  for (let row = 0; row < tile.height; row += tileSide) {
    for (let column = 0; column < tile.width; column += tileSide) {
      parts.push({
        left: tile.left + column * tile.stride,
        top: tile.top + row * tile.stride,
        width: Math.min(tileSide, tile.width - column),
        height: Math.min(tileSide, tile.height - row),
        stride: tile.stride,
      });
    }
  }
  return parts;
}

function copy(from: Uint32Array, part: Required<Tile>, to: Uint32Array, whole: Required<Tile>): void {
  const column = (part.left - whole.left) / whole.stride;
  const row = (part.top - whole.top) / whole.stride;
  for (let y = 0; y < part.height; y += 1) {
    to.set(from.subarray(y * part.width, (y + 1) * part.width), (row + y) * whole.width + column);
  }
}
