import * as fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { plainProperties } from "../clouds/kernel/values";
import { openWorlds } from "../clouds/worlds";
import type { EngineHome } from "./home";
import { setTimeout as sleep } from "node:timers/promises";
import { endOrphans } from "./orphans";
import { type Progress, runOperation } from "./operation";
import { runPulumi } from "./pulumi";
import { exportState, type PendingOperation, type StackState, type StateResource, writeJson } from "./state";

/**
 * Brings a stack back after the engine was killed in the middle of an update: ends what it left running, takes away the
 * lock of a process that is gone, finds in the clouds what the engine had begun to create (it may be there, though no state names it), and
 * lets the engine take it over or forget it. So nothing is created twice.
 *
 * Nothing is done for a stack that was left in order.
 *
 * @throws Error when another process that lives holds the stack
 */
export async function recoverStack(
  home: EngineHome,
  stack: string,
  configFile: string,
  onProgress: Progress = () => undefined,
): Promise<void> {
  endOrphans(home);
  await waitForLocks(home, stack, onProgress);
  if (!hasPendingOperations(home, stack)) {
    return;
  }
  const adopted = await adoptFromClouds(home, stack, configFile);
  const file = path.join(home.paths.settings, `${stack}.recovered.json`);
  writeJson(file, adopted);
  try {
    await runPulumi(home, ["stack", "import", "--stack", stack, "--file", file], { configFile });
  } finally {
    fs.rmSync(file);
  }
  await runOperation(home, "refresh", stack, { configFile });
}

/**
 * The stack's state with every pending create settled: a resource that a cloud holds is taken in under its id, one that
 * no cloud holds is forgotten. By an edit of the state, since `pulumi refresh --import-pending-creates` of engine 3.259
 * drops the resource instead of taking it in.
 */
async function adoptFromClouds(home: EngineHome, stack: string, configFile: string): Promise<StackState> {
  const [state, plain] = await Promise.all([
    exportState(home, stack, { configFile }),
    exportState(home, stack, { configFile, secrets: true }),
  ]);
  const resources = state.deployment.resources ?? [];
  const pending = state.deployment.pending_operations ?? [];
  const known = new Set(resources.map((resource) => resource.id));
  const ids = new Map(
    creates(plain.deployment.pending_operations ?? []).flatMap((resource) => {
      const id = findInClouds(home, resource, known);
      return id === undefined ? [] : [[resource.urn, id] as const];
    }),
  );
  const adopted = creates(pending).flatMap((resource) => {
    const id = ids.get(resource.urn);
    // What it gives out is read by the refresh.
    return id === undefined ? [] : [{ ...resource, id, outputs: {} }];
  });
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: [...resources, ...adopted],
      pending_operations: pending.filter((operation) => operation.type !== "creating"),
    },
  };
}

function creates(operations: readonly PendingOperation[]): StateResource[] {
  return operations.filter((operation) => operation.type === "creating").map((operation) => operation.resource);
}

/** The id of a resource that a cloud holds, that no state knows, and that was made from these inputs. */
function findInClouds(home: EngineHome, resource: StateResource, known: ReadonlySet<string | undefined>) {
  const inputs = plainProperties(resource.inputs);
  for (const world of openWorlds(home.paths.clouds)) {
    const record = world
      .list(resource.type)
      .find((item) => !known.has(item.id) && isDeepStrictEqual(item.inputs, inputs));
    world.close();
    if (record !== undefined) {
      return record.id;
    }
  }
  return undefined;
}

/** A quick look into the state's file, which spares an orderly start one run of the engine for each stack. */
function hasPendingOperations(home: EngineHome, stack: string): boolean {
  const file = path.join(home.paths.state, ".pulumi", "stacks", "trinity", `${stack}.json`);
  if (!fs.existsSync(file)) {
    return false;
  }
  const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    readonly checkpoint?: { readonly latest?: { readonly pending_operations?: readonly unknown[] } };
  };
  return (checkpoint?.latest?.pending_operations ?? []).length > 0;
}

/** How long another update of the same stack is waited for, in milliseconds. */
const patience = 20 * 60_000;

/**
 * Waits until no living process holds the stack, and takes away the lock of one that is gone. The engine's lock is a
 * file that names its process (pulumi/pulumi pkg/backend/diy/lock.go).
 */
async function waitForLocks(home: EngineHome, stack: string, onProgress: Progress): Promise<void> {
  const end = Date.now() + patience;
  let holders = lockHolders(home, stack);
  while (holders.some(isPulumi)) {
    if (Date.now() > end) {
      throw new Error(
        `Stack "${stack}" is still being updated by process ${holders.join(", ")}; end it and run again.`,
      );
    }
    onProgress(`waiting for process ${holders.join(", ")}, which is updating ${stack}`);
    await sleep(500);
    holders = lockHolders(home, stack);
  }
  if (holders.length > 0) {
    await runPulumi(home, ["cancel", "--yes", "--stack", stack]);
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
  try {
    return path.basename(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "") === "pulumi";
  } catch {
    return false;
  }
}
