import { CountsError, fetchCounts } from "./counts.js";
import { type Area, areaOfCell, type Cell, coarseQuery, type Grid, isFarOut, tileQuery } from "./grid.js";
import { Patch } from "./layer.js";

/**
 * Has a tile painted.
 *
 * @returns the tile, or why nobody could paint it
 * @throws the signal's reason once it is aborted
 */
export async function paintTile(grid: Grid, cell: Cell, signal: AbortSignal): Promise<Patch | string> {
  const area = areaOfCell(grid, cell);
  if (isFarOut(grid, area)) {
    // One count for all: there is nothing to ask for.
    return new Patch(area, 1, 1, grid.iterations, { values: Uint32Array.of(1), painter: "", milliseconds: 0 });
  }
  try {
    const counts = await fetchCounts(tileQuery(grid, cell), signal);
    if (counts.values.length !== grid.tileWidth * grid.tileHeight) {
      return `the server gave ${counts.values.length} counts of ${grid.tileWidth * grid.tileHeight}`;
    }
    return new Patch(area, 1, grid.tileWidth, grid.iterations, counts);
  } catch (error) {
    if (error instanceof CountsError) {
      return error.message;
    }
    throw error;
  }
}

/**
 * Has an area painted coarsely, in one request.
 *
 * @returns nothing if it cannot be had: its tiles will say why
 * @throws the signal's reason once it is aborted
 */
export async function paintCoarse(
  grid: Grid,
  seen: Area,
  stride: number,
  signal: AbortSignal,
): Promise<Patch | undefined> {
  const area = {
    left: Math.floor(seen.left),
    top: Math.floor(seen.top),
    right: Math.ceil(seen.right),
    bottom: Math.ceil(seen.bottom),
  };
  try {
    const counts = await fetchCounts(coarseQuery(grid, area, stride), signal);
    const columns = Math.ceil((area.right - area.left) / stride);
    const rows = counts.values.length / columns;
    // A count is that of the top left one of the pixels for which it stands: it is drawn around it.
    const left = area.left - (stride - 1) / 2;
    const top = area.top - (stride - 1) / 2;
    const extent = { left, top, right: left + columns * stride, bottom: top + rows * stride };
    return new Patch(extent, stride, columns, grid.iterations, counts);
  } catch (error) {
    if (error instanceof CountsError) {
      return undefined;
    }
    throw error;
  }
}
