import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "../processes/child";
import { endLeftover } from "../processes/leftovers";
import type { ClusterToolName } from "../tools";

/** Where clusters keep their things, and what they are made of. Every part of a cluster is started with these. */
export interface ClusterOptions {
  /** Folder of all clusters of this run; what is in it is of no use after the run. */
  readonly folder: string;
  /** Folder for the logs, one file for each process. */
  readonly logs: string;
  /** Absolute paths. */
  readonly tools: ClusterTools;
  readonly signal?: AbortSignal;
}

export type ClusterTools = Readonly<Record<ClusterToolName | "runc" | "kustomize", string>>;

/** One of a cluster's processes. */
export interface ProgramOptions {
  /** Names its log and its record: different for every process of a run. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to PATH, HOME and the like. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly ready: () => Promise<boolean>;
  /** @default 60, since busy machines start servers slowly */
  readonly readySeconds?: number;
  /** @default 10 */
  readonly stopSeconds?: number;
}

/** Folder of the records that tell which processes run. */
export function recordsFolder(folder: string): string {
  return path.join(folder, "processes");
}

/** Starts a process; see {@link startChild}. Nothing of the user's environment reaches it but PATH. */
export async function startProgram(options: ClusterOptions, program: ProgramOptions): Promise<Child> {
  options.signal?.throwIfAborted();
  // Every process that runs listens for the end of this one; more than ten are no leak here.
  process.setMaxListeners(Math.max(process.getMaxListeners(), 200));
  const { name, command, args, environment, ready, readySeconds = 60, stopSeconds } = program;
  const record = path.join(recordsFolder(options.folder), `${name}.json`);
  await endLeftover(record);
  const home = path.join(options.folder, "home");
  mkdirSync(home, { recursive: true });
  const child = await startChild({
    name,
    command,
    args,
    // Two threads at most: dozens of Go programs share the machine.
    env: { PATH: process.env.PATH, HOME: home, GOMAXPROCS: "2", ...environment },
    log: path.join(options.logs, `${name}.log`),
    record,
    // A start that is no longer wanted ends here, and startChild waits no longer.
    ready: async () => options.signal?.aborted === true || (await ready()),
    readySeconds,
    stopSeconds,
  });
  if (options.signal?.aborted === true) await child.stop();
  options.signal?.throwIfAborted();
  return child;
}

/** Stops parts in the opposite order of their start; all of them, even if one fails. @throws the first failure */
export async function stopAll(parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of [...parts].reverse()) {
    await part.stop().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** Starts parts one after the other; when one fails, stops those that run. */
export async function startInOrder<T>(start: (started: { stop(): Promise<void> }[]) => Promise<T>): Promise<T> {
  const started: { stop(): Promise<void> }[] = [];
  try {
    return await start(started);
  } catch (error) {
    await stopAll(started).catch(() => undefined);
    throw error;
  }
}

/** Waits for parts that start side by side, and adds those that did to `started`. @throws the first failure, after all */
export async function startTogether(
  started: { stop(): Promise<void> }[],
  starting: readonly Promise<{ stop(): Promise<void> }>[],
): Promise<void> {
  const outcomes = await Promise.allSettled(starting);
  started.push(...outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : [])));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

/**
 * Asks once and again until something holds.
 *
 * @param problem what is the matter as long as it does not
 * @throws Error with `problem` when it does not in time
 */
export async function eventually(
  { signal }: Pick<ClusterOptions, "signal">,
  problem: string | (() => string),
  holds: () => Promise<boolean>,
  seconds = 120,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`${typeof problem === "string" ? problem : problem()}, after ${seconds} seconds.`);
    }
    await sleep(200, undefined, { signal });
  }
}
