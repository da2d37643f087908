import { pause } from "../pause";
import type { FleetOptions } from "./fleet";
import { type FleetStatus, readFleet, type Verdict, verdictOf } from "./status";
import { renderTable } from "./table";

/** How a fleet is watched. */
export interface WatchOptions extends FleetOptions {
  /** When it ends. @default never, but for Ctrl-C and the time limit */
  readonly until?: "healthy" | "paused";
  /** Longest time, in seconds. @default without a limit */
  readonly timeout?: number;
  readonly json: boolean;
}

/** Time between two looks, in milliseconds. */
const every = 2000;

/** Verdicts that end a watch. A version that failed becomes neither healthy nor paused by itself. */
const ends: Readonly<Record<"healthy" | "paused", readonly Verdict[]>> = {
  healthy: ["healthy", "degraded"],
  paused: ["paused", "healthy", "degraded"],
};

/**
 * Shows a fleet's status anew whenever it changes: over the last one on a terminal, below it elsewhere.
 *
 * @returns the last status
 * @throws Error when what is waited for does not come in time, or the status cannot be shown
 */
export async function watch(options: WatchOptions, out: NodeJS.WriteStream): Promise<FleetStatus> {
  const { until, timeout, json, signal } = options;
  const deadline = timeout === undefined ? Infinity : Date.now() + timeout * 1000;
  let shown = "";
  for (;;) {
    // Nobody looks any more.
    if (out.errored) throw out.errored;
    const status = await readFleet(options);
    const text = json ? `${JSON.stringify(status)}\n` : renderTable(status);
    if (text !== shown) {
      // Up to where the last one began, and clear from there (ECMA-48: CUU, ED).
      const back = out.isTTY && !json && shown !== "" ? `\x1b[${shown.split("\n").length - 1}A\x1b[J` : "";
      out.write(back + text);
      shown = text;
    }
    if (until !== undefined && ends[until].includes(verdictOf(status))) return status;
    if (Date.now() + every > deadline) {
      if (until === undefined) return status;
      throw new Error(`${options.app} in ${options.env} is not ${until} after ${timeout} s, but ${verdictOf(status)}.`);
    }
    await pause(every, signal);
  }
}
