import type { Camera, Screen } from "./camera.js";
import { lookOf } from "./clouds.js";
import { placementOf, type Rectangle, rectangleOf } from "./drawing.js";
import type { Layer, Patch } from "./layer.js";

/**
 * Frames tiles in the colours of the clouds that painted them, with their names.
 *
 * @param density pixels of the device for one of CSS
 */
export function drawFrames(
  context: CanvasRenderingContext2D,
  layer: Layer,
  tiles: readonly Patch[],
  camera: Camera,
  screen: Screen,
  density: number,
): void {
  context.clearRect(0, 0, screen.width, screen.height);
  const placement = placementOf(layer.grid, camera, screen);
  for (const tile of tiles) {
    if (tile.painter !== "") {
      drawFrame(context, tile.painter, rectangleOf(tile.area, placement), density);
    }
  }
}

function drawFrame(context: CanvasRenderingContext2D, painter: string, frame: Rectangle, density: number): void {
  const { colour, dashes } = lookOf(painter);
  const line = 2 * density;
  const inner = {
    x: frame.x + line,
    y: frame.y + line,
    width: frame.width - 2 * line,
    height: frame.height - 2 * line,
  };
  if (inner.width < 4 * line || inner.height < 4 * line) {
    return;
  }
  // A dark line beneath sets the colour off from a picture of any colour.
  context.setLineDash([]);
  context.lineWidth = 2 * line;
  context.strokeStyle = "rgb(0 0 0 / 60%)";
  context.strokeRect(inner.x, inner.y, inner.width, inner.height);
  context.setLineDash(dashes.map((dash) => dash * density));
  context.lineWidth = line;
  context.strokeStyle = colour;
  context.strokeRect(inner.x, inner.y, inner.width, inner.height);
  drawLabel(context, painter, inner, colour, density);
}

function drawLabel(
  context: CanvasRenderingContext2D,
  text: string,
  frame: Rectangle,
  colour: string,
  density: number,
): void {
  context.font = `600 ${12 * density}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const width = context.measureText(text).width + 10 * density;
  const height = 18 * density;
  if (width < frame.width && height < frame.height) {
    context.fillStyle = colour;
    context.fillRect(frame.x, frame.y, width, height);
    context.fillStyle = "#000";
    context.fillText(text, frame.x + 5 * density, frame.y + height / 2 + density / 2);
  }
}
