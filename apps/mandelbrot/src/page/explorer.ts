import type { PaletteName } from "../picture/palettes.js";
import { type Camera, cameraAt, moved, type Move, pixelWithin, type Screen, spanOf, zoomAbout } from "./camera.js";
import { iterationsFor } from "./depth.js";
import { drawLayers, drawPatch, placementOf } from "./drawing.js";
import { FrameLoop } from "./frame-loop.js";
import { areaOf, type Cell, cellsIn, createGrid } from "./grid.js";
import { Layer, type Patch } from "./layer.js";
import { backdrops, coarseStride, coverage } from "./layers.js";
import type { Place } from "./link.js";
import { paintCoarse, paintTile } from "./painting.js";
import { type Job, JobQueue } from "./queue.js";

/** Milliseconds without zooming after which tiles of the new zoom are asked for. */
const quiet = 90;

/** Milliseconds of zooming without a rest after which a coarse picture is asked for. */
const impatience = 300;

/**
 * Milliseconds that tiles wait for a coarse pass, which is there before them if they do not take its processor and its
 * frame. A server that is busy must not keep them back for longer.
 */
const headStart = 150;

/** Share of the screen below which it takes a coarse pass. */
const wellCovered = 0.9;

/** Requests for tiles at once: with one for a coarse pass, what browsers allow for a host over HTTP/1.1. */
const parallelTiles = 5;

/** What the screen shows and how far it is. */
export interface Progress {
  /** Tiles of the current zoom that are on the screen and painted. */
  readonly tiles: readonly Patch[];
  /** Tiles that are on the screen, painted or not. */
  readonly wanted: number;
  /** Tiles that nobody could paint. */
  readonly failed: number;
  /** Why, of the latest. */
  readonly failure: string;
  /** Whether all is painted. */
  readonly complete: boolean;
}

/** The picture: where it is, what of it is painted, and what is still asked for. */
export class Explorer {
  private layers: readonly Layer[] = [];
  private layerCount = 0;
  private readonly tileQueue = new JobQueue(parallelTiles);
  private readonly coarseQueue = new JobQueue(1);
  private readonly failures = new Set<string>();
  private lastFailure = "";
  private readonly listeners: (() => void)[] = [];
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private settledAt = 0;
  private readonly frames = new FrameLoop(() => {
    this.draw();
  });
  /** Patches to draw on top in the next frame; nothing if all is to be drawn. */
  private fresh: Patch[] | undefined = [];
  /** Whether the last coarse pass could not be had: its tiles say why, and it is not asked for again and again. */
  private coarseFailed = false;
  /** Whether anything was drawn yet. */
  private shown = false;
  private focus = { x: 0.5, y: 0.5 };
  private view: Camera;
  private size: Screen;
  private paletteName: PaletteName;
  private bendSteps: number;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    screen: Screen,
    place: Place,
  ) {
    this.size = screen;
    this.view = cameraAt(place, place.span, screen);
    this.paletteName = place.palette;
    this.bendSteps = place.bend;
    this.settle(true);
  }

  get camera(): Camera {
    return this.view;
  }

  get screen(): Screen {
    return this.size;
  }

  get palette(): PaletteName {
    return this.paletteName;
  }

  get bend(): number {
    return this.bendSteps;
  }

  get iterations(): number {
    return iterationsFor(spanOf(this.view, this.size), this.bendSteps);
  }

  /** The layer of the current zoom, or of the last one while zooming. */
  get layer(): Layer {
    const layer = this.layers.at(-1);
    if (layer === undefined) {
      throw new Error("there is no layer before the first one is made");
    }
    return layer;
  }

  /** Calls after every frame. */
  subscribe(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Moves what is on the screen. */
  move(move: Move): void {
    const before = this.view;
    this.view = moved(before, this.size, move);
    if (this.view.pixel === before.pixel) {
      this.refresh();
    } else {
      this.focusOn(move);
      this.unsettle();
    }
    this.redraw();
  }

  /** Zooms about a point of the screen, its centre if left out. */
  zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    this.move(zoomAbout(this.view, this.size, factor, x, y));
  }

  /** Goes to a place. */
  show(place: Place): void {
    this.paletteName = place.palette;
    this.bendSteps = place.bend;
    this.view = cameraAt(place, place.span, this.size);
    this.focus = { x: 0.5, y: 0.5 };
    this.settle(true);
  }

  /** Takes another size of the screen; its centre stays, and so does what is painted. */
  resize(screen: Screen, scale: number): void {
    this.size = screen;
    this.view = { ...this.view, pixel: pixelWithin(this.view.pixel / scale, screen) };
    // The depth may be another one for a screen of another shape.
    if (this.isSettled()) {
      this.refresh();
    } else {
      this.unsettle();
    }
    this.redraw();
  }

  setPalette(palette: PaletteName): void {
    this.paletteName = palette;
    this.redraw();
  }

  setBend(bend: number): void {
    this.bendSteps = bend;
    this.settle(true);
  }

  /** Asks again for what failed. */
  retry(): void {
    this.failures.clear();
    this.coarseFailed = false;
    this.refresh();
    this.redraw();
  }

  /** Draws all in the next frame. */
  redraw(): void {
    this.fresh = undefined;
    this.frames.request();
  }

  progress(): Progress {
    const cells = this.cells();
    const tiles = cells.flatMap((cell) => this.layer.tile(cell) ?? []);
    return {
      tiles,
      wanted: cells.length,
      failed: this.failures.size,
      failure: this.failures.size === 0 ? "" : this.lastFailure,
      complete: this.isSettled() && tiles.length === cells.length,
    };
  }

  /** Waits for the end of zooming, then paints anew. What the view has left is not asked for any longer. */
  private unsettle(): void {
    this.tileQueue.want([]);
    if (this.settleTimer === undefined) {
      this.settledAt = performance.now();
    }
    clearTimeout(this.settleTimer);
    if (performance.now() - this.settledAt > impatience) {
      this.settle(false);
    }
    this.settleTimer = setTimeout(() => {
      this.settle(true);
    }, quiet);
  }

  /** Takes a new layer for the current zoom. */
  private settle(atRest: boolean): void {
    clearTimeout(this.settleTimer);
    this.settleTimer = undefined;
    this.settledAt = performance.now();
    this.failures.clear();
    this.coarseFailed = false;
    performance.clearMarks();
    performance.mark("view");
    this.coarseQueue.want([]);
    this.layerCount += 1;
    const layer = new Layer(createGrid(this.view, this.size, this.iterations), String(this.layerCount));
    this.layers = [...backdrops(this.layers, this.view, this.size), layer];
    this.askCoarse();
    if (atRest && this.coarseQueue.idle) {
      this.refresh();
    } else if (atRest) {
      this.tileQueue.want([]);
      this.settleTimer = setTimeout(() => {
        this.refresh();
      }, headStart);
    }
    // A first frame without a picture would only keep the second one waiting.
    this.fresh = undefined;
    if (this.shown) {
      this.frames.request();
    }
  }

  /** Asks for the tiles on the screen that are not painted yet, and for no others. */
  private refresh(): void {
    if (!this.isSettled()) {
      return;
    }
    const { layer } = this;
    const area = areaOf(layer.grid, this.view, this.size);
    const margin = { x: this.size.width / 2, y: this.size.height / 2 };
    layer.keepWithin({
      left: area.left - margin.x,
      top: area.top - margin.y,
      right: area.right + margin.x,
      bottom: area.bottom + margin.y,
    });
    if (this.coarseQueue.idle) {
      this.askCoarse();
    }
    this.tileQueue.want(this.cells().flatMap((cell) => this.tileJob(layer, cell)));
  }

  private askCoarse(): void {
    if (!this.coarseFailed && coverage(this.layers, this.view, this.size) < wellCovered) {
      const { layer } = this;
      const area = areaOf(layer.grid, this.view, this.size);
      this.coarseQueue.want([
        {
          key: layer.name,
          run: async (signal) => {
            const patch = await paintCoarse(layer.grid, area, coarseStride, signal);
            if (signal.aborted) {
              return;
            }
            this.coarseFailed = patch === undefined;
            if (patch !== undefined) {
              layer.addCoarse(patch);
              this.redraw();
            }
            // The tiles' turn, once that is drawn.
            requestAnimationFrame(() =>
              setTimeout(() => {
                this.refresh();
              }),
            );
          },
        },
      ]);
    }
  }

  private tileJob(layer: Layer, cell: Cell): Job[] {
    const key = `${layer.name}:${cell.column},${cell.row}`;
    if (layer.tile(cell) !== undefined || this.failures.has(key)) {
      return [];
    }
    const job: Job = {
      key,
      run: async (signal) => {
        const tile = await paintTile(layer.grid, cell, signal);
        if (signal.aborted) {
          return;
        }
        if (typeof tile === "string") {
          this.failures.add(key);
          this.lastFailure = tile;
          this.frames.request();
        } else {
          layer.add(cell, tile);
          this.fresh?.push(tile);
          this.frames.requestSoon(this.progress().complete);
        }
      },
    };
    return [job];
  }

  /** Tiles of the current layer that are on the screen, in the order in which they are painted. */
  private cells(): Cell[] {
    const { grid } = this.layer;
    const area = areaOf(grid, this.view, this.size);
    const x = area.left + (area.right - area.left) * this.focus.x;
    const y = area.top + (area.bottom - area.top) * this.focus.y;
    return cellsIn(grid, area, x, y);
  }

  /** Whether the current layer is of the current zoom and depth. */
  private isSettled(): boolean {
    const { grid } = this.layer;
    return grid.pixel === this.view.pixel && grid.iterations === this.iterations;
  }

  /** Has tiles painted from the point outwards that a zoom leaves where it is. */
  private focusOn({ k, x, y }: Move): void {
    const share = (value: number) => Math.min(1, Math.max(0, value));
    this.focus = { x: share(x / (1 - k) / this.size.width), y: share(y / (1 - k) / this.size.height) };
  }

  private draw(): void {
    const { complete, tiles } = this.progress();
    this.shown = true;
    if (this.fresh === undefined) {
      const seen = complete ? this.layers.slice(-1) : this.layers;
      drawLayers(this.context, seen, this.view, this.size, this.paletteName);
    } else {
      const placement = placementOf(this.layer.grid, this.view, this.size);
      for (const patch of this.fresh) {
        drawPatch(this.context, patch, placement, this.size, this.paletteName);
      }
    }
    this.fresh = [];
    mark("coarse", this.layer.patches().length > tiles.length || complete);
    mark("complete", complete);
    for (const listener of this.listeners) {
      listener();
    }
  }
}

/** Notes when something was drawn first. */
function mark(name: string, drawn: boolean): void {
  if (drawn && performance.getEntriesByName(name).length === 0) {
    performance.mark(name);
  }
}
