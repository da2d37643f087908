import { colourCounts, type PaletteName } from "../picture/palettes.js";
import type { Counts } from "./counts.js";
import type { Area, Cell, Grid } from "./grid.js";

/** Counts of an area of a grid, and what they look like. */
export class Patch {
  private canvas: OffscreenCanvas | undefined;
  private palette: PaletteName | undefined;
  private least: number | undefined;

  /**
   * @param area what the counts stand for, in pixels of the grid
   * @param stride pixels of the grid from one count to the next; 1 if the counts are exact
   * @param columns counts in a row
   */
  constructor(
    readonly area: Area,
    readonly stride: number,
    private readonly columns: number,
    private readonly iterations: number,
    private readonly counts: Counts,
  ) {}

  /** The cloud that painted. */
  get painter(): string {
    return this.counts.painter;
  }

  /** How long the answer took. */
  get milliseconds(): number {
    return this.counts.milliseconds;
  }

  /** The picture in a palette; made anew only when the palette changes. */
  picture(palette: PaletteName): OffscreenCanvas {
    if (this.canvas === undefined || this.palette !== palette) {
      const rows = this.counts.values.length / this.columns;
      this.canvas ??= new OffscreenCanvas(this.columns, rows);
      const pixels = colourCounts(this.counts.values, this.iterations, palette);
      this.canvas.getContext("2d")?.putImageData(new ImageData(pixels, this.columns, rows), 0, 0);
      this.palette = palette;
    }
    return this.canvas;
  }

  /** The smallest count; the iterations if all is inside the set. */
  get leastCount(): number {
    this.least ??= leastOf(this.counts.values, this.iterations);
    return this.least;
  }
}

/** A plain loop: a function for each of a hundred thousand counts takes a tenth of the picture's time. */
function leastOf(counts: Uint32Array, most: number): number {
  let least = most;
  for (const count of counts) {
    least = Math.min(least, count);
  }
  return least;
}

/** Coarse pictures that a layer keeps. */
const coarseKept = 3;

/** A grid and what of it is painted. */
export class Layer {
  /** Coarse pictures, seen until there are tiles on top of them. The latest is the last. */
  private coarse: readonly Patch[] = [];
  private readonly tiles = new Map<string, Patch>();

  /** @param name different for every layer */
  constructor(
    readonly grid: Grid,
    readonly name: string,
  ) {}

  /** The tile of a cell, if it is painted. */
  tile(cell: Cell): Patch | undefined {
    return this.tiles.get(keyOf(cell));
  }

  /** Everything painted, from the back to the front. */
  patches(): Patch[] {
    return [...this.coarse, ...this.tiles.values()];
  }

  addCoarse(patch: Patch): void {
    this.coarse = [...this.coarse.slice(1 - coarseKept), patch];
  }

  add(cell: Cell, tile: Patch): void {
    this.tiles.set(keyOf(cell), tile);
  }

  /** Forgets the tiles that lie outside of an area. */
  keepWithin(area: Area): void {
    for (const [key, tile] of this.tiles) {
      if (!touches(tile.area, area)) {
        this.tiles.delete(key);
      }
    }
  }
}

/** Whether two areas of one grid have pixels in common. */
export function touches(one: Area, other: Area): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function keyOf({ column, row }: Cell): string {
  return `${column},${row}`;
}
