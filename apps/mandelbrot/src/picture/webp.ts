import { init } from "@jsquash/webp/encode.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import codec from "webp.wasm";

/** libwebp, once it is needed: most threads never encode this. */
let encoder: ReturnType<typeof init> | undefined;

/** A WebP picture without loss of RGBA pixels. */
export async function encodeWebp(
  width: number,
  height: number,
  data: Uint8ClampedArray<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  encoder ??= init({ wasmBinary: codec });
  const codecs = await encoder;
  const picture = codecs.encode(data, width, height, { ...defaultOptions, lossless: 1, method: 1 });
  if (picture === null) {
    throw new Error(`libwebp cannot encode ${width} x ${height} pixels`);
  }
  return new Uint8Array(picture);
}
