import { type Camera, coordinateBits, type Point, pixelsBetween, pointBeside, type Screen } from "./camera.js";
import { formatFixed, placesFor } from "./decimal.js";

/** Pixels on a side of a tile, at most. */
const largestTile = 400;

/** Tiles on a side of a block, at most. */
const largestBlock = 32;

/** Width of a block in the complex plane, at most: the centre of one that touches the set is then within ±4. */
const widestBlock = 4;

/**
 * Tiles without end, laid over the plane from the top left of the screen as it was when the grid was made: panning moves
 * over it, so that what is painted stays of use.
 *
 * Tiles are asked for as parts of blocks, which the server knows as views: those of a deep block share what their
 * centre's orbit costs.
 */
export interface Grid {
  /** The top left of tile 0, 0. */
  readonly origin: Point;
  readonly pixel: number;
  readonly iterations: number;
  /** Sides of a tile in pixels: whole numbers of tiles cover the screen, with next to nothing to spare. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly block: Block;
}

interface Block {
  /** Tiles from left to right and from top to bottom. */
  readonly columns: number;
  readonly rows: number;
  /** First tile of block 0, 0, whose centre is near that of the screen. */
  readonly firstColumn: number;
  readonly firstRow: number;
}

/** A tile of a grid: its column and row, of any sign. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Pixels of a grid, from its origin: a half-open rectangle. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a request for counts says. */
export type CountQuery = Readonly<Record<string, string | number>>;

/** The grid whose tiles cover what the camera shows now. */
export function createGrid(camera: Camera, screen: Screen, iterations: number): Grid {
  const columns = Math.ceil(screen.width / largestTile);
  const rows = Math.ceil(screen.height / largestTile);
  const tileWidth = Math.ceil(screen.width / columns);
  const tileHeight = Math.ceil(screen.height / rows);
  const fit = (side: number) => Math.max(1, Math.min(largestBlock, Math.floor(widestBlock / (camera.pixel * side))));
  const block = { columns: fit(tileWidth), rows: fit(tileHeight) };
  return {
    origin: pointBeside(camera, camera.pixel, -screen.width / 2, -screen.height / 2),
    pixel: camera.pixel,
    iterations,
    tileWidth,
    tileHeight,
    block: {
      ...block,
      firstColumn: Math.round((columns - block.columns) / 2),
      firstRow: Math.round((rows - block.rows) / 2),
    },
  };
}

/** Pixels of the grid that the screen shows; not whole where the zoom differs from the grid's. */
export function areaOf(grid: Grid, camera: Camera, screen: Screen): Area {
  const centre = pixelsBetween(grid.origin, camera, grid.pixel);
  const scale = camera.pixel / grid.pixel;
  const half = { width: (screen.width / 2) * scale, height: (screen.height / 2) * scale };
  return {
    left: centre.x - half.width,
    top: centre.y - half.height,
    right: centre.x + half.width,
    bottom: centre.y + half.height,
  };
}

/** The tiles that an area touches, the nearest to a point of the grid first. */
export function cellsIn(grid: Grid, area: Area, x: number, y: number): Cell[] {
  // A sliver of less than half a pixel is nothing to see: drawing rounds it away.
  const first = {
    column: Math.floor((area.left + 0.5) / grid.tileWidth),
    row: Math.floor((area.top + 0.5) / grid.tileHeight),
  };
  const last = {
    column: Math.ceil((area.right - 0.5) / grid.tileWidth),
    row: Math.ceil((area.bottom - 0.5) / grid.tileHeight),
  };
  const cells: Cell[] = [];
  for (let row = first.row; row < last.row; row += 1) {
    for (let column = first.column; column < last.column; column += 1) {
      cells.push({ column, row });
    }
  }
  const distance = ({ column, row }: Cell) =>
    Math.hypot((column + 0.5) * grid.tileWidth - x, (row + 0.5) * grid.tileHeight - y);
  return cells.sort((one, other) => distance(one) - distance(other));
}

/** The pixels of a tile. */
export function areaOfCell(grid: Grid, { column, row }: Cell): Area {
  const left = column * grid.tileWidth;
  const top = row * grid.tileHeight;
  return { left, top, right: left + grid.tileWidth, bottom: top + grid.tileHeight };
}

/**
 * Whether all of an area is farther than 2 from 0 on one axis, where every point escapes at once: its counts are 1.
 */
export function isFarOut(grid: Grid, area: Area): boolean {
  const two = 2n << BigInt(coordinateBits);
  const topLeft = pointBeside(grid.origin, grid.pixel, area.left, area.top);
  const bottomRight = pointBeside(grid.origin, grid.pixel, area.right, area.bottom);
  return topLeft.re > two || bottomRight.re < -two || bottomRight.im > two || topLeft.im < -two;
}

/** The request for a tile. */
export function tileQuery(grid: Grid, { column, row }: Cell): CountQuery {
  const { block } = grid;
  const blockColumn = Math.floor((column - block.firstColumn) / block.columns);
  const blockRow = Math.floor((row - block.firstRow) / block.rows);
  const area = blockArea(grid, blockColumn, blockRow);
  return {
    ...viewQuery(grid, area),
    left: column * grid.tileWidth - area.left,
    top: row * grid.tileHeight - area.top,
    tileWidth: grid.tileWidth,
    tileHeight: grid.tileHeight,
  };
}

/**
 * The request for every `stride`th pixel of an area of whole pixels: as a part of block 0, 0 where it holds the area, so
 * that the tiles to come have its orbit ready, and else as a view of its own.
 */
export function coarseQuery(grid: Grid, area: Area, stride: number): CountQuery {
  const first = blockArea(grid, 0, 0);
  const inFirst =
    area.left >= first.left && area.top >= first.top && area.right <= first.right && area.bottom <= first.bottom;
  const view = inFirst ? first : area;
  return {
    ...viewQuery(grid, view),
    left: area.left - view.left,
    top: area.top - view.top,
    tileWidth: Math.ceil((area.right - area.left) / stride),
    tileHeight: Math.ceil((area.bottom - area.top) / stride),
    stride,
  };
}

function blockArea(grid: Grid, blockColumn: number, blockRow: number): Area {
  const { columns, rows, firstColumn, firstRow } = grid.block;
  const left = (firstColumn + blockColumn * columns) * grid.tileWidth;
  const top = (firstRow + blockRow * rows) * grid.tileHeight;
  return { left, top, right: left + columns * grid.tileWidth, bottom: top + rows * grid.tileHeight };
}

function viewQuery(grid: Grid, area: Area): CountQuery {
  const centre = pointBeside(grid.origin, grid.pixel, (area.left + area.right) / 2, (area.top + area.bottom) / 2);
  // Blocks meet to a billionth of a pixel.
  const places = placesFor(grid.pixel) + 6;
  return {
    re: formatFixed(centre.re, coordinateBits, places),
    im: formatFixed(centre.im, coordinateBits, places),
    span: (area.right - area.left) * grid.pixel,
    width: area.right - area.left,
    height: area.bottom - area.top,
    iterations: grid.iterations,
  };
}
