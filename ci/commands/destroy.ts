import { Command } from "commander";
import { findRoot } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { InputError } from "../../infra/input-error";
import { destroy } from "../deploy/deploy";
import { exportState } from "../deploy/recover";
import { endedInOrder } from "../deploy/signals";
import { nameOf } from "../engine/steps";
import { findStack } from "../stack-job";

interface Flags {
  readonly stack: string;
  readonly confirm: string;
}

/** `npm run ci -- destroy` */
export const destroyCommand = new Command("destroy")
  .description("says what a stack holds, and takes all of it away")
  .requiredOption("--stack <stack>", "the stack, for instance dev-aws")
  .requiredOption("--confirm <stack>", "its name again")
  .addHelpText("after", describeExitCodes({ 3: "another update holds the stack" }))
  .action((flags: Flags) =>
    endedInOrder(async (ends) => {
      const root = findRoot();
      const { stack } = findStack(root, flags.stack);
      if (flags.confirm !== stack) {
        throw new InputError(
          `--confirm: "${flags.confirm}" is not "${stack}", so nothing is destroyed. Whoever destroys a stack names it twice.`,
        );
      }
      const report = (line: string) => process.stderr.write(`${line}\n`);
      const run = { root, stack, report, ...ends };
      const { resources = [] } = (await exportState(run)).deployment;
      const held = resources.filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"));
      process.stdout.write(`${stack}: ${held.length} resources go:\n`);
      for (const { urn, type } of held) process.stdout.write(`  ${nameOf(urn)} (${type})\n`);
      await destroy(run);
      process.stdout.write(`${stack}: nothing is left.\n`);
    }),
  );
