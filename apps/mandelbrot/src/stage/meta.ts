import * as z from "zod";
import { clouds } from "../settings.js";

const text = z.string().max(200);

/** Where a cloud stands, and what runs there. */
export const identity = z.object({
  cloud: z.enum(clouds),
  region: text,
  cluster: text,
  /** The image's tag. */
  version: text,
  /** The image's digest; empty if unknown. */
  digest: text,
  draining: z.boolean(),
});

export type Identity = z.infer<typeof identity>;

/** What one cloud knows of another. */
export interface PeerStatus {
  readonly cloud: string;
  readonly region: string;
  readonly version: string;
  readonly digest: string;
  /** `up`: gets tiles. `out`: gets none until it answers again. `unknown`: was not yet asked. */
  readonly state: "up" | "out" | "unknown";
  /** Why it is out. */
  readonly reason?: string;
  /** Of the last answered question, there and back. */
  readonly latencyMilliseconds?: number;
  /** Tiles that it painted for us since we started. */
  readonly tiles: number;
}

/** What `/api/meta` and `/api/events` tell. */
export interface Meta extends Identity {
  readonly app: "mandelbrot";
  readonly kernel: "simd" | "scalar";
  readonly workers: number;
  /** Tiles that this cloud painted, for itself and others, since it started. */
  readonly tiles: number;
  readonly peers: readonly PeerStatus[];
}
