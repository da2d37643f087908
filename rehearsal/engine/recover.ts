import * as fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openWorlds } from "../clouds/worlds";
import { commandOf } from "../processes/proc";
import { settleCreates } from "./adopt";
import type { EngineHome } from "./home";
import { endOrphans } from "./orphans";
import { type Progress, runOperation } from "./operation";
import { runPulumi, type RunOptions } from "./pulumi";
import { exportState, readCheckpoint, type StackState, writeJson } from "./state";

/**
 * Brings a stack back after the engine was killed in the middle of an update: ends what it left running, takes away the
 * lock of a process that is gone, finds in the clouds what the engine had begun to create (it may be there, though no
 * state names it), and lets the engine take it over or forget it. So nothing is created twice.
 *
 * Nothing is done for a stack that was left in order.
 *
 * @param options what the engine runs with; its signal ends the waiting too
 * @throws Error when another process that lives holds the stack, or the signal ended it
 */
export async function recoverStack(
  home: EngineHome,
  stack: string,
  configFile: string,
  onProgress: Progress = () => undefined,
  options: Pick<RunOptions, "environment" | "signal"> = {},
): Promise<void> {
  const running = { ...options, configFile };
  endOrphans(home);
  await waitForLocks(home, stack, onProgress, options.signal);
  const file = path.join(home.paths.settings, `${stack}.recovered.json`);
  if ((readCheckpoint(home, stack).pending_operations ?? []).length > 0) {
    writeJson(file, await adoptFromClouds(home, stack, running));
    await runPulumi(home, ["stack", "import", "--stack", stack, "--file", file], running);
  }
  if (fs.existsSync(file)) {
    // What was taken in has no outputs yet. The file stays until it has, for the next run in case this one is ended.
    await runOperation(home, "refresh", stack, { ...running, onProgress });
    fs.rmSync(file);
  }
}

/** By an edit of the state, since `pulumi refresh --import-pending-creates` of engine 3.259 drops what it should take in. */
async function adoptFromClouds(home: EngineHome, stack: string, options: RunOptions): Promise<StackState> {
  const [state, plain] = await Promise.all([
    exportState(home, stack, options),
    exportState(home, stack, { ...options, secrets: true }),
  ]);
  const worlds = openWorlds(home.paths.clouds);
  try {
    return settleCreates(state, plain.deployment, worlds);
  } finally {
    worlds.forEach((world) => {
      world.close();
    });
  }
}

/** How long another update of the same stack is waited for, in milliseconds. */
const patience = 20 * 60_000;

/**
 * Waits until no living process holds the stack, and takes away the lock of one that is gone. The engine's lock is a
 * file that names its process (pulumi/pulumi pkg/backend/diy/lock.go).
 */
async function waitForLocks(
  home: EngineHome,
  stack: string,
  onProgress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = Date.now() + patience;
  let holders = lockHolders(home, stack);
  while (holders.some(isPulumi)) {
    if (Date.now() > end) {
      throw new Error(
        `Stack "${stack}" is still being updated by process ${holders.join(", ")}; end it and run again.`,
      );
    }
    onProgress(`waiting for process ${holders.join(", ")}, which is updating ${stack}`);
    await sleep(500, undefined, { signal });
    holders = lockHolders(home, stack);
  }
  if (holders.length > 0) {
    await runPulumi(home, ["cancel", "--yes", "--stack", stack], { signal });
  }
}

function lockHolders(home: EngineHome, stack: string): number[] {
  const folder = path.join(home.paths.state, ".pulumi", "locks", "organization", "trinity", stack);
  const locks = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return locks.flatMap((name) => {
    try {
      return [(JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")) as { readonly pid: number }).pid];
    } catch {
      return []; // Given back meanwhile, or still being written.
    }
  });
}

/** A process id may have been given to another program since. */
function isPulumi(pid: number): boolean {
  return path.basename(commandOf(pid)[0] ?? "") === "pulumi";
}
