import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { identify, isRunning } from "./identity";

const identitySchema = z.object({ pid: z.int().positive(), started: z.string() });

const recordSchema = z.object({
  /** What people call the process. */
  name: z.string(),
  process: identitySchema,
  /** The process that started it and is to stop it. */
  owner: identitySchema,
});

/** Milliseconds that a process has to end after each signal. */
const patience = 5_000;

/** Writes down which process was started, and by whom. */
export function remember(record: string, name: string, pid: number): void {
  const entry = { name, process: identify(pid), owner: identify(process.pid) };
  fs.mkdirSync(path.dirname(record), { recursive: true });
  fs.writeFileSync(record, JSON.stringify(entry), { mode: 0o600 });
}

/** The process has been stopped. */
export function forget(record: string): void {
  fs.rmSync(record, { force: true });
}

/**
 * Ends what a killed run left behind: the recorded process, when it is still that very process and its owner is gone.
 *
 * @returns whether something was ended
 * @throws Error when the owner still runs: then two runs would share one home
 */
export async function endLeftover(record: string): Promise<boolean> {
  const entry = read(record);
  if (entry === undefined || !isRunning(entry.process)) {
    forget(record);
    return false;
  }
  if (isRunning(entry.owner)) {
    throw new Error(
      `Another run (process ${entry.owner.pid}) uses ${path.dirname(record)}: its ${entry.name} is process ` +
        `${entry.process.pid}. Wait for it or stop it, or give this run a home of its own with TRINITY_HOME.`,
    );
  }
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    // The process leads a group of its own, so this reaches what it started too, and nothing else.
    process.kill(-entry.process.pid, signal);
    const deadline = Date.now() + patience;
    while (isRunning(entry.process) && Date.now() < deadline) {
      await sleep(20);
    }
    if (!isRunning(entry.process)) {
      forget(record);
      return true;
    }
  }
  throw new Error(`${entry.name} of an earlier run, process ${entry.process.pid}, cannot be ended.`);
}

function read(record: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.parse(JSON.parse(fs.readFileSync(record, "utf8")));
  } catch {
    // None, or one that was being written when the machine stopped: then nothing of it runs.
    return undefined;
  }
}
