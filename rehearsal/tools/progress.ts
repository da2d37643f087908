import type { ToolName } from "./types";

/** One step on the way to a tool. `done` and `total` count `unit`s where something is counted; `total` may be an estimate. */
export interface ToolProgress {
  readonly tool: ToolName;
  readonly phase: "waiting" | "downloading" | "fetching modules" | "compiling" | "linking" | "ready";
  readonly done?: number;
  readonly total?: number;
  readonly unit?: "bytes" | "modules" | "packages";
  /** One line for people, complete in itself. */
  readonly message: string;
}

export type OnProgress = (progress: ToolProgress) => void;
