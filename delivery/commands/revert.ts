import { Command } from "commander";
import type { CloudName } from "../../infra/clouds";
import { describeExitCodes } from "../failure";
import { revert } from "../revert";
import { options, runCommand } from "./common";

interface Flags {
  readonly app: string;
  readonly env: string;
  readonly clouds?: readonly CloudName[];
  readonly to?: string;
  readonly autoMerge?: true;
  readonly json?: true;
}

/** `trinity revert` */
export const revertCommand = new Command("revert")
  .description("propose to go back to what an environment ran before")
  .requiredOption("--app <name>", "the app")
  .requiredOption("--env <env>", "the environment")
  .option("--to <tag>", "tag to go back to (default: the one before the last release)")
  .addOption(options.clouds())
  .addOption(options.autoMerge())
  .addOption(options.json())
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) =>
    runCommand(flags, (context) => revert({ ...context, ...flags, autoMerge: flags.autoMerge === true })),
  );
