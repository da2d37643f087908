import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type EngineRun, runCommand, runOperation } from "../engine/run";
import type { StackState, StateResource } from "../engine/state";
import { nameOf } from "../engine/steps";
import { explainFault } from "./faults";
import { type Patience, whenUnlocked } from "./lock";
import { settle, unread } from "./settle";

/** What a stack is changed with. */
export interface StackRun extends EngineRun {
  readonly stack: string;
  readonly report: (line: string) => void;
  readonly patience?: Patience;
}

/**
 * Puts a stack in order that a job left in the middle of an update: reads what its changes came to, and takes in what it had
 * begun to create, where the cloud has it. So nothing is created twice, and nothing stays without a state that names it.
 *
 * Nothing is done for a stack that was left in order.
 *
 * @throws Error when the engine cannot read what is there; RefusedError when another update holds the stack
 */
export async function recover(run: StackRun): Promise<void> {
  const left = await exportState(run);
  const pending = left.deployment.pending_operations ?? [];
  const forgotten = unread(left);
  if (pending.length === 0 && forgotten.length === 0) return;
  run.report(`${run.stack} was left in the middle of an update; putting it in order.`);
  for (const { type, resource } of pending) run.report(`  ${type} ${describe(resource)}`);
  // First, since it waits for the lock: while another update runs, what is pending is its own.
  const known = new Set((left.deployment.resources ?? []).map(({ urn }) => urn));
  const begun = pending.map(({ resource }) => resource.urn).filter((urn) => known.has(urn));
  await refresh(run, [rootOf(left), ...begun]);
  const { state, takenIn, unknown } = settle(await exportState(run));
  if (takenIn.length > 0 || unknown.length > 0 || pending.length > 0) await importState(run, state);
  const targets = [...new Set([...takenIn, ...unread(state)].map(({ urn }) => urn))];
  if (targets.length > 0) {
    run.report(`Looking in the cloud for ${takenIn.map(describe).join(", ")}.`);
    await refresh(run, targets);
  }
  for (const resource of unknown) {
    run.report(
      `Look for ${describe(resource)} in the cloud, by its tags or the time of the job that was ended: it may have been ` +
        "created, and no state names it. It is created anew now; delete the other one.",
    );
  }
}

/** The engine's `stack export`. Secrets stay encrypted. */
export async function exportState(run: StackRun): Promise<StackState> {
  return JSON.parse(await runCommand(["stack", "export", "--stack", run.stack], run)) as StackState;
}

async function importState(run: StackRun, state: StackState): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-"));
  const file = path.join(folder, "state.json");
  try {
    fs.writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await runCommand(["stack", "import", "--stack", run.stack, "--file", file], run);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function refresh(run: StackRun, urns: readonly string[]): Promise<void> {
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const args = ["refresh", "--stack", run.stack, "--yes", "--skip-preview", ...targets];
  const { ok, errors } = await whenUnlocked(run.stack, () => runOperation(args, run), run);
  if (!ok) {
    throw new Error(
      `What ${run.stack} was left with cannot be read:\n${errors.map((error) => explainFault(error, run.stack)).join("\n")}`,
    );
  }
}

function rootOf({ deployment }: StackState): string {
  const root = deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (root === undefined)
    throw new Error("The stack's state has operations that were begun, but no stack that they are of.");
  return root.urn;
}

function describe({ urn, type }: StateResource): string {
  return `${nameOf(urn)} (${type})`;
}
