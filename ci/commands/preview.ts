import * as path from "node:path";
import { Command } from "commander";
import { findRoot, pathFromUser } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { previewStack } from "../preview/preview";
import { makeOut, writeResult } from "../preview/result";
import { findStack } from "../stack-job";

interface Flags {
  readonly stack: string;
  readonly out: string;
  readonly policyPack?: string;
}

/** `npm run ci -- preview` */
export const previewCommand = new Command("preview")
  .description("previews a stack and writes what would change, what policies say and what it costs, for `comment`")
  .requiredOption("--stack <stack>", "the stack, for instance dev-aws")
  .requiredOption("--out <folder>", "write <folder>/<stack>.json", pathFromUser)
  .option("--policy-pack <folder>", "judge it by this policy pack", pathFromUser)
  .addHelpText("after", describeExitCodes({ 0: "a result was written, also that of a preview that failed" }))
  .action((flags: Flags) => interruptible((signal) => preview(flags, signal)));

async function preview({ stack, out, policyPack }: Flags, signal: AbortSignal): Promise<void> {
  const root = findRoot();
  const job = findStack(root, stack);
  makeOut(out);
  const result = await previewStack({ job, policyPack, root, signal });
  const file = writeResult(out, stack, result);
  if (result.failure !== undefined) process.stderr.write(`${result.failure}\n`);
  const verdict = result.failure === undefined ? `${result.steps.length} changes` : "failed";
  process.stdout.write(`${stack}: ${verdict}, in ${path.relative(process.cwd(), file)}\n`);
}
