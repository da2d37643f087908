import { Piscina } from "piscina";
import { checkRequest, type CountRequest } from "../kernel/request.js";
import { TaskLanes, lane, type Lane } from "./lanes.js";
import type { EncodeTask, PaintResult, PaintTask, WorkerData } from "./task.js";

/** Thrown when a tile's deadline passed before it was painted. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/** Counts of a tile, and how long a worker computed. */
export interface Painted {
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly milliseconds: number;
}

export interface PaintOptions {
  /** When aborted, the tile is left; the promise is rejected with the signal's reason. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** `first` goes before all of `later`. @default later */
  readonly lane?: Lane;
}

export interface PoolOptions {
  readonly workers: number;
  /** The threads' file: painter.ts, bundled. */
  readonly file: string;
  /** The kernel; without one JavaScript computes. */
  readonly module: WebAssembly.Module | undefined;
}

/** Threads that paint and encode. */
export interface Pool {
  readonly workers: number;
  readonly kernel: "simd" | "scalar";
  /** Tasks that no thread has begun. */
  waiting(): number;
  /** Whether there is a thread to work. */
  ready(): boolean;
  /** @throws RequestError for a request that the kernel refuses, LateError, or the signal's reason */
  paint(request: CountRequest, options: PaintOptions): Promise<Painted>;
  /** Makes a picture. The counts are given away: they are empty from then on. */
  encode(task: Omit<EncodeTask, "kind">): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the threads; what they were at is lost. */
  close(): Promise<void>;
}

/** Starts the threads. A thread that dies is replaced, and what it was at is tried once more. */
export function createPool({ workers, file, module }: PoolOptions): Pool {
  const data: WorkerData = { module };
  const piscina = new Piscina({
    filename: file,
    minThreads: workers,
    maxThreads: workers,
    workerData: data,
    taskQueue: new TaskLanes(),
    recordTiming: false,
  });
  // Each failure reaches whoever waits for the task; a thread that dies between tasks is replaced and nothing more.
  piscina.on("error", () => undefined);
  const twice = async (run: () => Promise<PaintResult>): Promise<PaintResult> => {
    try {
      return await run();
    } catch {
      return run();
    }
  };
  return {
    workers,
    kernel: module === undefined ? "scalar" : "simd",
    waiting: () => piscina.queueSize,
    ready: () => piscina.threads.length > 0,
    paint: async (request, { signal, deadline, lane: wanted = "later" }) => {
      signal.throwIfAborted();
      const { width, height } = checkRequest(request);
      const cancelled = new Int32Array(new SharedArrayBuffer(4));
      const cancel = () => {
        Atomics.store(cancelled, 0, 1);
      };
      signal.addEventListener("abort", cancel);
      try {
        const result = await twice(() => {
          // Made here: a thread makes so little else that it would seldom throw such things away.
          const counts = new Uint32Array(width * height);
          const task: PaintTask = { kind: "paint", request, counts, cancelled, deadline };
          return piscina.run(lane(task, wanted), { transferList: [counts.buffer] }) as Promise<PaintResult>;
        });
        if (result === "late") {
          throw new LateError("the tile was not painted in time");
        }
        if (result === "cancelled") {
          throw signal.reason;
        }
        return result;
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
    encode: (task) =>
      piscina.run(lane({ kind: "encode", ...task }, "first"), {
        transferList: [task.counts.buffer],
      }) as Promise<Uint8Array<ArrayBuffer>>,
    close: () => piscina.destroy(),
  };
}
