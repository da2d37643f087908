import type { CountRequest } from "../kernel/request.js";
import type { PaletteName } from "../picture/palettes.js";

/** Counts of a tile are wanted. */
export interface PaintTask {
  readonly kind: "paint";
  readonly request: CountRequest;
  /** Where the counts go. It is lent: made, and thrown away, by the one thread that lends it. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Set to 1 when nobody wants the tile any more. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
  /** Milliseconds since 1970 after which nobody does. */
  readonly deadline: number;
}

/** A picture of counts is wanted. */
export interface EncodeTask {
  readonly kind: "encode";
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly iterations: number;
  readonly format: "png" | "webp";
  readonly palette: PaletteName;
}

/** What a painted task comes back with. */
export type PaintResult =
  { readonly counts: Uint32Array<ArrayBuffer>; readonly milliseconds: number } | "cancelled" | "late";

/** What each worker is given at its start. */
export interface WorkerData {
  /** The kernel; without one JavaScript computes. */
  readonly module: WebAssembly.Module | undefined;
}
