import * as path from "node:path";
import { Command } from "commander";
import { findRoot, pathFromUser } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { findDrift } from "../drift/drift";
import { makeOut, writeResult } from "../preview/result";
import { findStack } from "../stack-job";

interface Flags {
  readonly stack: string;
  readonly out: string;
}

/** `npm run ci -- drift` */
export const driftCommand = new Command("drift")
  .description("asks the cloud whether it is as a stack's state says, for `drift-issues`; changes nothing")
  .requiredOption("--stack <stack>", "the stack, for instance dev-aws")
  .requiredOption("--out <folder>", "write <folder>/<stack>.json", pathFromUser)
  .addHelpText("after", describeExitCodes({ 0: "a result was written, also that it could not be told" }))
  .action(({ stack, out }: Flags) =>
    interruptible(async (signal) => {
      const root = findRoot();
      const job = findStack(root, stack);
      makeOut(out);
      const result = await findDrift(job, { root, signal });
      const file = path.relative(process.cwd(), writeResult(out, stack, result));
      if (result.failure !== undefined) process.stderr.write(`${result.failure}\n`);
      const found = result.failure === undefined ? `${result.steps.length} resources differ` : "cannot be told";
      process.stdout.write(`${stack}: ${found}, in ${file}\n`);
    }),
  );
