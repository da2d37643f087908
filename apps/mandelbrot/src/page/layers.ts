import type { Camera, Screen } from "./camera.js";
import { placementOf, rectangleOf } from "./drawing.js";
import { areaOf } from "./grid.js";
import { type Layer, touches } from "./layer.js";

/** Layers that stay behind the current one. */
const kept = 3;

/** Times that a picture may be enlarged, or made smaller, before it is of no use. */
const farthestScale = 64;

/** Pixels from one count of a coarse pass to the next. */
export const coarseStride = 8;

/** Points of the screen, on each axis, at which {@link coverage} looks. */
const probes = 12;

/**
 * What stays on the screen behind a new layer, until that has painted: former layers, the farther from the camera's zoom
 * the farther back.
 */
export function backdrops(layers: readonly Layer[], camera: Camera, screen: Screen): Layer[] {
  const farness = (layer: Layer) => Math.abs(Math.log(layer.grid.pixel / camera.pixel));
  return layers
    .filter((layer) => farness(layer) <= Math.log(farthestScale) && isSeen(layer, camera, screen))
    .sort((one, other) => farness(one) - farness(other))
    .slice(0, kept)
    .reverse();
}

/** Share of the screen, from 0 to 1, that is painted no worse than by a coarse pass. */
export function coverage(layers: readonly Layer[], camera: Camera, screen: Screen): number {
  const rectangles = layers.flatMap((layer) => {
    const placement = placementOf(layer.grid, camera, screen);
    return layer
      .patches()
      .filter((patch) => patch.stride * placement.scale <= coarseStride)
      .map((patch) => rectangleOf(patch.area, placement));
  });
  let covered = 0;
  for (let probe = 0; probe < probes * probes; probe += 1) {
    const x = (((probe % probes) + 0.5) / probes) * screen.width;
    const y = ((Math.floor(probe / probes) + 0.5) / probes) * screen.height;
    covered += rectangles.some((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height) ? 1 : 0;
  }
  return covered / (probes * probes);
}

function isSeen(layer: Layer, camera: Camera, screen: Screen): boolean {
  const area = areaOf(layer.grid, camera, screen);
  return layer.patches().some((patch) => touches(patch.area, area));
}
