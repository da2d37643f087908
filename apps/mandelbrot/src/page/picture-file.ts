import type { PaletteName } from "../picture/palettes.js";
import { type Camera, type Screen, spanOf } from "./camera.js";
import { CountsError } from "./counts.js";
import { type Cell, cellsIn, createGrid } from "./grid.js";
import { paintTile } from "./painting.js";

/** Tiles asked for at once: some connections are left to the screen. */
const parallel = 4;

/** What to make. */
export interface PictureOrder extends Screen {
  readonly camera: Camera;
  /** The screen for which the camera is. */
  readonly screen: Screen;
  readonly iterations: number;
  readonly palette: PaletteName;
}

/**
 * Has a picture of any size painted: what is on the screen, across the shorter side.
 *
 * @param onProgress is given the share that is done, from 0 to 1
 * @throws CountsError if a tile cannot be had, or the signal's reason once it is aborted
 */
export async function makePictureFile(
  order: PictureOrder,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const { camera, screen, width, height, iterations, palette } = order;
  const pixel = spanOf(camera, screen) / Math.min(width, height);
  const grid = createGrid({ ...camera, pixel }, { width, height }, iterations);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) {
    throw new CountsError("the browser cannot hold a picture of this size");
  }
  const cells = cellsIn(grid, { left: 0, top: 0, right: width, bottom: height }, 0, 0);
  const waiting = cells.values();
  let done = 0;
  const paint = async (cell: Cell) => {
    const tile = await paintTile(grid, cell, signal);
    if (typeof tile === "string") {
      throw new CountsError(tile);
    }
    const { left, top, right, bottom } = tile.area;
    context.drawImage(tile.picture(palette), left, top, right - left, bottom - top);
    done += 1;
    onProgress(done / cells.length);
  };
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const cell of waiting) {
        await paint(cell);
      }
    }),
  );
  return canvas.convertToBlob({ type: "image/png" });
}
