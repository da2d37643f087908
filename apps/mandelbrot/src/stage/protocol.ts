import * as z from "zod";
import { maximumDigits } from "../kernel/fixed.js";
import { checkRequest, type CountRequest } from "../kernel/request.js";
import { RequestError } from "../kernel/request-error.js";
import { limits } from "../limits.js";

/** Where one cloud asks another for a tile. */
export const stagePath = "/internal/render-stage";

/** Pixels of a tile that one cloud may ask another for; their counts are a megabyte. */
export const stagePixels = 1 << 18;

/** Bytes of a request's body: two coordinates with every digit, and room for the rest. */
export const stageBodyLimit = 4_096;

/** The headers of a signed message. */
export const stageHeaders = {
  time: "x-stage-time",
  nonce: "x-stage-nonce",
  signature: "x-stage-signature",
} as const;

const count = z.number().int().nonnegative();
const coordinate = z.string().max(maximumDigits + 20);

const stageRequest = z.strictObject({
  view: z.strictObject({
    re: coordinate,
    im: coordinate,
    span: z.number().positive(),
    width: count,
    height: count,
    iterations: count.max(limits.iterations),
  }),
  tile: z.strictObject({ left: count, top: count, width: count, height: count, stride: count }),
  /** Milliseconds that the asking cloud waits. */
  milliseconds: count.max(60_000),
});

/** A tile that one cloud asks another for. The one that is asked paints it itself: it never asks on. */
export type StageRequest = CountRequest & z.infer<typeof stageRequest>;

/** @throws RequestError naming the first field that is wrong */
export function readStageRequest(body: Uint8Array): StageRequest {
  const { data, error } = stageRequest.safeParse(JSON.parse(Buffer.from(body).toString("utf8")));
  if (data === undefined) {
    const [issue] = error.issues;
    throw new RequestError(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const tile = checkRequest(data);
  if (tile.width * tile.height > stagePixels) {
    throw new RequestError(
      `tile.width * tile.height is ${tile.width * tile.height}: it must be at most ${stagePixels}`,
    );
  }
  return data;
}

/** Counts as they travel: each 4 bytes, the lowest first, which is how every processor that we run on has them. */
export function countsToBytes(counts: Uint32Array): Buffer {
  return Buffer.from(counts.buffer, counts.byteOffset, counts.byteLength);
}

/** The counts in an answer's bytes, where they are; undefined if there are too few or too many, or one cannot be. */
export function countsFromBytes(
  bytes: Uint8Array<ArrayBuffer>,
  { view, tile }: StageRequest,
): Uint32Array<ArrayBuffer> | undefined {
  if (bytes.byteLength !== tile.width * tile.height * 4) {
    return undefined;
  }
  const counts = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return counts.every((each) => each >= 1 && each <= view.iterations) ? counts : undefined;
}
