import * as path from "node:path";
import { Command } from "commander";
import { findRoot, pathFromUser } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { deploy } from "../deploy/deploy";
import { endedInOrder } from "../deploy/signals";
import { makeOut, writeResult } from "../preview/result";
import { findDeployable } from "../stack-job";

interface Flags {
  readonly stack: string;
  readonly out: string;
  readonly policyPack?: string;
}

/** `npm run ci -- deploy` */
export const deployCommand = new Command("deploy")
  .description("brings a stack up, put in order first if a job was ended in the middle, and writes its outputs")
  .requiredOption("--stack <stack>", "the stack, for instance dev-aws")
  .requiredOption(
    "--out <folder>",
    "write <folder>/<stack>.json: outputs by the contract, without secrets",
    pathFromUser,
  )
  .option("--policy-pack <folder>", "judge it by this policy pack", pathFromUser)
  .addHelpText("after", describeExitCodes({ 3: "another update holds the stack" }))
  .action((flags: Flags) =>
    endedInOrder(async (ends) => {
      const root = findRoot();
      const stack = findDeployable(root, flags.stack);
      makeOut(flags.out);
      const report = (line: string) => process.stderr.write(`${line}\n`);
      const outputs = await deploy({ root, stack, report, policyPack: flags.policyPack, ...ends });
      const file = writeResult(flags.out, stack, outputs);
      process.stdout.write(`${stack}: outputs in ${path.relative(process.cwd(), file)}\n`);
    }),
  );
