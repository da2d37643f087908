// What runs in each of the pool's threads.
import os from "node:os";
import { workerData } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { createPainter } from "../kernel/paint.js";
import { checkRequest } from "../kernel/request.js";
import { free } from "../memory.js";
import type { EncodeTask, PaintResult, PaintTask, WorkerData } from "./task.js";

// The thread that answers requests comes first. On Linux this is about the calling thread alone (setpriority(2)).
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

const painter = createPainter((workerData as WorkerData).module);

/** Pixels that are computed between two looks at whether they are still wanted. */
const pixelsBetweenLooks = 4_096;

export default async function work(task: PaintTask | EncodeTask): Promise<unknown> {
  if (task.kind === "encode") {
    // Loaded once it is needed: the page colours counts by itself, so most threads never do.
    const { encodePicture } = await import("../picture/encode.js");
    const picture = await encodePicture(task);
    free(task.counts);
    return move(picture);
  }
  const result = paint(task);
  return typeof result === "string"
    ? result
    : move({ [transferableSymbol]: [result.counts.buffer], [valueSymbol]: result });
}

/** Bit by bit, some rows or a part of one: a kernel, once begun, cannot be interrupted. */
function paint({ request, counts, cancelled, deadline }: PaintTask): PaintResult {
  const { view } = request;
  const tile = checkRequest(request);
  const started = performance.now();
  for (let done = 0; done < counts.length;) {
    if (Atomics.load(cancelled, 0) !== 0) {
      return "cancelled";
    }
    if (Date.now() > deadline) {
      return "late";
    }
    const column = done % tile.width;
    const row = Math.floor(done / tile.width);
    const width = Math.min(tile.width - column, pixelsBetweenLooks);
    const height = Math.min(Math.max(1, Math.floor(pixelsBetweenLooks / tile.width)), tile.height - row);
    const left = tile.left + column * tile.stride;
    const top = tile.top + row * tile.stride;
    const pixels = width * height;
    painter.paintCounts(
      { view, tile: { left, top, width, height, stride: tile.stride } },
      counts.subarray(done, done + pixels),
    );
    done += pixels;
  }
  return { counts, milliseconds: performance.now() - started };
}
