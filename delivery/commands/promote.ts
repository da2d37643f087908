import { Command } from "commander";
import type { CloudName } from "../../infra/clouds";
import { describeExitCodes } from "../failure";
import { promote } from "../promote";
import { options, runCommand } from "./common";

interface Flags {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  readonly clouds?: readonly CloudName[];
  readonly stackOutputs?: string;
  readonly autoMerge?: true;
  readonly allowOlder?: true;
  readonly json?: true;
}

/** `trinity promote` */
export const promoteCommand = new Command("promote")
  .description("copy what one environment runs, by its digest, to another one's registries, and propose it there")
  .requiredOption("--app <name>", "the app")
  .requiredOption("--from <env>", "environment that has the build")
  .requiredOption("--to <env>", "environment that is to get it")
  .addOption(options.clouds())
  .addOption(options.stackOutputs())
  .addOption(options.autoMerge())
  .addOption(options.allowOlder())
  .addOption(options.json())
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) =>
    runCommand(flags, (context) =>
      promote({
        ...context,
        ...flags,
        autoMerge: flags.autoMerge === true,
        allowOlder: flags.allowOlder === true,
      }),
    ),
  );
