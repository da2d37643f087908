import * as fs from "node:fs";
import { Command } from "commander";
import { pathFromUser } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { InputError } from "../../infra/input-error";
import { driftSchema } from "../drift/drift";
import { writeDriftIssue } from "../drift/issues";
import { runNumber, runPage } from "../github/mark";
import { openJobRepository } from "../github/repository";
import { readResults } from "../preview/result";

/** `npm run ci -- drift-issues` */
export const driftIssuesCommand = new Command("drift-issues")
  .description("opens, changes and closes an issue for each stack whose cloud is not as its state says")
  .requiredOption("--drifts <folder>", "what `drift` wrote, also in folders below", pathFromUser)
  .addHelpText("after", describeExitCodes({ 1: "a fault, or what a stack's cloud holds could not be told" }))
  .action(({ drifts }: { readonly drifts: string }) => interruptible((signal) => tellDrift(drifts, signal)));

async function tellDrift(folder: string, signal: AbortSignal): Promise<void> {
  // Not as if no stack had drifted: each that was looked at has written something.
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InputError(`--drifts: there is no folder ${folder}. \`drift\` makes it, as its --out.`);
  }
  const results = readResults(folder, driftSchema);
  const repository = await openJobRepository("write issues", signal, (line) => process.stderr.write(`${line}\n`));
  const run = { number: runNumber(), page: runPage() };
  for (const result of results.filter(({ failure }) => failure === undefined)) {
    const outcome = await writeDriftIssue(repository, result, run);
    process.stdout.write(`${result.stack}: ${result.steps.length} resources differ; issue: ${outcome}\n`);
  }
  const failed = results.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return;
  const reasons = failed.map(({ stack, failure }) => `${stack}: ${failure ?? ""}`);
  // Its issue stays as it is: nobody knows whether it is right.
  throw new Error(`What the cloud holds could not be told:\n${reasons.join("\n")}`);
}
