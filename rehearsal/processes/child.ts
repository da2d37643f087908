import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { forget, remember } from "./leftovers";

/** A background process to start. */
export interface ChildOptions {
  /** What people call it, for messages. */
  readonly name: string;
  /** The executable's path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** File that gets everything it prints; begun anew. */
  readonly log: string;
  /** File that says which process this is, so that a later run can end it if this run cannot. */
  readonly record: string;
  /** Says whether it is ready to work; asked again until it is. */
  readonly ready: () => Promise<boolean>;
  /** @default 30 */
  readonly readySeconds?: number;
  /** Time between asking it to end and ending it. @default 10 */
  readonly stopSeconds?: number;
}

/** A background process that is ready. */
export interface Child {
  readonly pid: number;
  /** Whether it still runs. */
  running(): boolean;
  /** Ends it and what it started, and nothing else. Again is no fault. */
  stop(): Promise<void>;
}

/**
 * Starts a process in a process group of its own and waits until it is ready.
 *
 * @throws Error when it cannot be started, ends early or is not ready in time; it is ended then. The message has the
 * end of its log.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  fs.mkdirSync(path.dirname(options.log), { recursive: true });
  const log = fs.openSync(options.log, "w", 0o600);
  const child = spawn(options.command, [...options.args], {
    env: options.env,
    // Its own group: an interrupt at the terminal reaches only this process, which then stops things in order.
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  const started = new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  try {
    await started;
  } catch (error) {
    throw new Error(`${options.name} cannot be started: ${options.command}: ${String(error)}`, { cause: error });
  }
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${options.name} was started, but has no process id`);
  }
  remember(options.record, options.name, pid);
  const endGroup = () => {
    signalGroup(pid, "SIGTERM");
  };
  process.once("exit", endGroup);
  const stop = async () => {
    process.removeListener("exit", endGroup);
    await stopGroup(child, pid, (options.stopSeconds ?? 10) * 1000);
    forget(options.record);
  };
  const fault = await waitUntilReady(child, options);
  if (fault !== undefined) {
    await stop();
    throw new Error(`${options.name} ${fault}. The end of its log, ${options.log}:\n${tail(options.log)}`);
  }
  child.unref();
  return { pid, running: () => !hasEnded(child), stop };
}

async function waitUntilReady(child: ChildProcess, options: ChildOptions): Promise<string | undefined> {
  const seconds = options.readySeconds ?? 30;
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (hasEnded(child)) {
      return `ended at once with ${child.signalCode ?? `exit code ${child.exitCode}`}`;
    }
    if (await options.ready()) {
      return undefined;
    }
    await sleep(20);
  }
  return `was not ready after ${seconds} seconds`;
}

async function stopGroup(child: ChildProcess, pid: number, milliseconds: number): Promise<void> {
  const ended = hasEnded(child)
    ? Promise.resolve()
    : new Promise<void>((resolve) =>
        child.once("exit", () => {
          resolve();
        }),
      );
  child.ref();
  signalGroup(pid, "SIGTERM");
  const patience = new AbortController();
  await Promise.race([ended, sleep(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  // Whatever is left of the group, the process itself included, has had its time.
  signalGroup(pid, "SIGKILL");
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Signals a whole process group; one that is gone is no fault. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}

function tail(log: string): string {
  return fs.readFileSync(log, "utf8").trimEnd().split("\n").slice(-15).join("\n");
}
