import { encode as encodePng } from "fast-png";
import { free } from "../memory.js";
import type { EncodeTask } from "../workers/task.js";
import { colourCounts } from "./palettes.js";
import { encodeWebp } from "./webp.js";

/** A picture of counts, as a file. */
export async function encodePicture(task: Omit<EncodeTask, "kind">): Promise<Uint8Array> {
  const { width, height, counts, iterations, format, palette } = task;
  const pixels = colourCounts(counts, iterations, palette);
  try {
    return format === "webp"
      ? await encodeWebp(width, height, pixels)
      : encodePng({ width, height, data: pixels, channels: 4, depth: 8 });
  } finally {
    free(pixels);
  }
}
