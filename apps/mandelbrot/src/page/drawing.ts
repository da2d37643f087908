import type { PaletteName } from "../picture/palettes.js";
import { type Camera, pixelsBetween, type Screen } from "./camera.js";
import type { Area, Grid } from "./grid.js";
import type { Layer, Patch } from "./layer.js";

/** Where a grid's pixels are on the screen: `screen = grid * scale + (x, y)`. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Pixels of the screen. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the camera sees a grid. At the grid's own zoom the place is whole, so that pixels stay sharp. */
export function placementOf(grid: Grid, camera: Camera, screen: Screen): Placement {
  const scale = grid.pixel / camera.pixel;
  const corner = pixelsBetween(camera, grid.origin, camera.pixel);
  const x = corner.x + screen.width / 2;
  const y = corner.y + screen.height / 2;
  return scale === 1 ? { scale, x: Math.round(x), y: Math.round(y) } : { scale, x, y };
}

/** Where an area of a grid is on the screen; neighbours share an edge. */
export function rectangleOf({ left, top, right, bottom }: Area, { scale, x, y }: Placement): Rectangle {
  const edge = { left: Math.round(left * scale + x), top: Math.round(top * scale + y) };
  return {
    x: edge.left,
    y: edge.top,
    width: Math.round(right * scale + x) - edge.left,
    height: Math.round(bottom * scale + y) - edge.top,
  };
}

/** Draws layers, the last on top. */
export function drawLayers(
  context: CanvasRenderingContext2D,
  layers: readonly Layer[],
  camera: Camera,
  screen: Screen,
  palette: PaletteName,
): void {
  context.fillStyle = "#14161a";
  context.fillRect(0, 0, screen.width, screen.height);
  for (const layer of layers) {
    const placement = placementOf(layer.grid, camera, screen);
    for (const patch of layer.patches()) {
      drawPatch(context, patch, placement, screen, palette);
    }
  }
}

/** Draws one patch, if any of it is on the screen. */
export function drawPatch(
  context: CanvasRenderingContext2D,
  patch: Patch,
  placement: Placement,
  screen: Screen,
  palette: PaletteName,
): void {
  const { x, y, width, height } = rectangleOf(patch.area, placement);
  if (x < screen.width && y < screen.height && x + width > 0 && y + height > 0 && width > 0 && height > 0) {
    const picture = patch.picture(palette);
    context.imageSmoothingEnabled = picture.width !== width;
    context.drawImage(picture, x, y, width, height);
  }
}
