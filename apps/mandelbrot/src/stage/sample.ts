import type { CountRequest, Tile } from "../kernel/request.js";

/** Points on a side of a sample. */
const side = 4;

/** A few pixels of a tile, to hold another cloud's counts to our own. */
export interface Sample {
  readonly request: CountRequest;
  /** Whether the sample's counts are the tile's at these pixels. */
  agrees(tile: Uint32Array, sample: Uint32Array): boolean;
}

/**
 * Four by four pixels, evenly spread over as large a square of the tile as there is, at a place that nobody can foresee:
 * whoever sends wrong counts is found out, the surer the more of them are wrong.
 *
 * @param random from 0 to below 1
 */
export function chooseSample(
  { view, tile }: { readonly view: CountRequest["view"]; readonly tile: Required<Tile> },
  random = Math.random,
): Sample {
  const step = Math.max(1, Math.floor(Math.min(tile.width, tile.height) / side));
  const width = Math.min(side, Math.floor((tile.width - 1) / step) + 1);
  const height = Math.min(side, Math.floor((tile.height - 1) / step) + 1);
  const column = Math.floor(random() * (tile.width - (width - 1) * step));
  const row = Math.floor(random() * (tile.height - (height - 1) * step));
  return {
    request: {
      view,
      tile: {
        left: tile.left + column * tile.stride,
        top: tile.top + row * tile.stride,
        width,
        height,
        stride: step * tile.stride,
      },
    },
    agrees: (counts, sample) =>
      sample.every((count, index) => {
        const x = column + (index % width) * step;
        const y = row + Math.floor(index / width) * step;
        return counts[y * tile.width + x] === count;
      }),
  };
}
