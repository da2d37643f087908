import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { z } from "zod";
import { appOutputs, bootstrapOutputs, readableOutputs } from "../../infra/contract";
import { withoutColours } from "../engine/colours";
import { nameOf } from "../engine/steps";
import { runCommand, runOperation } from "../engine/run";
import { explainFault } from "./faults";
import { whenUnlocked } from "./lock";
import { recover, type StackRun } from "./recover";

/**
 * Brings a stack up, put in order first.
 *
 * @param policyPack folder of the policy pack that it is judged by
 * @returns its outputs by the contract, without secrets
 */
export async function deploy(run: StackRun & { readonly policyPack?: string }): Promise<unknown> {
  const { stack, policyPack } = run;
  await recover(run);
  const judged = policyPack === undefined ? [] : ["--policy-pack", policyPack];
  // A rule of a whole stack, such as what it costs, is judged at the end of an update, when everything is made.
  if (policyPack !== undefined) await operate(run, ["preview", ...judged]);
  await operate(run, ["up", "--yes", "--skip-preview", ...judged]);
  const outputs: unknown = JSON.parse(await runCommand(["stack", "output", "--stack", stack, "--json"], run));
  return checkOutputs(stack, outputs);
}

/** Takes everything of a stack away, put in order first. */
export async function destroy(run: StackRun): Promise<void> {
  await recover(run);
  await operate(run, ["destroy", "--yes", "--skip-preview"]);
}

async function operate(run: StackRun, [operation = "", ...args]: readonly string[]): Promise<void> {
  const { stack, report } = run;
  const broken: string[] = [];
  const onEvent = (event: EngineEvent) => {
    if (operation !== "preview") tellProgress(event, report);
    const { policyEvent } = event;
    if (policyEvent?.enforcementLevel !== "mandatory") return;
    broken.push(
      `Policy ${policyEvent.policyName}, ${nameOf(policyEvent.resourceUrn ?? "")}: ${withoutColours(policyEvent.message).trim()}`,
    );
  };
  const command = [operation, "--stack", stack, ...args];
  const { ok, errors } = await whenUnlocked(stack, () => runOperation(command, { ...run, onEvent }), run);
  run.signal.throwIfAborted();
  if (ok) return;
  const said = [...new Set(broken), ...errors.map((error) => explainFault(error, stack))];
  throw new Error(`pulumi ${operation} of ${stack} failed:\n${said.join("\n")}`);
}

/** A line for each resource that a job changes, which takes minutes for some. */
function tellProgress({ resOutputsEvent, resourcePreEvent }: EngineEvent, report: (line: string) => void): void {
  const [metadata, tense] =
    resOutputsEvent === undefined ? [resourcePreEvent?.metadata, "begun"] : [resOutputsEvent.metadata, "done"];
  if (metadata === undefined || metadata.op === "same" || (metadata.new ?? metadata.old)?.custom !== true) return;
  report(`  ${metadata.op} ${nameOf(metadata.urn)} (${metadata.type}): ${tense}`);
}

const contracts = z.union([readableOutputs, bootstrapOutputs, appOutputs]);

/**
 * A stack's outputs as others read them.
 *
 * @throws Error when they do not fit the contract, or hold a secret
 */
export function checkOutputs(stack: string, outputs: unknown): unknown {
  const parsed = contracts.safeParse(outputs);
  if (!parsed.success) {
    throw new Error(
      `The outputs of ${stack} do not fit the output contract (infra/contract.ts):\n${z.prettifyError(parsed.error)}`,
    );
  }
  // What the contract does not know is left out, and so is the kubeconfig.
  if (JSON.stringify(parsed.data).includes('"[secret]"')) {
    throw new Error(`The outputs of ${stack} hold a secret where the contract has none; they are not written.`);
  }
  return parsed.data;
}
