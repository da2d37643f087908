import { Command } from "commander";
import { InputError } from "../../infra/input-error";
import { describeExitCodes } from "../failure";
import { askAppOutputs, readAppOutputs } from "../outputs";
import { release } from "../release";
import { options, pathFromUser, runCommand } from "./common";

interface Flags {
  readonly env: string;
  readonly outputs?: readonly string[];
  readonly app?: readonly string[];
  readonly stackOutputs?: string;
  readonly autoMerge?: true;
  readonly allowOlder?: true;
  readonly json?: true;
}

/** `trinity release` */
export const releaseCommand = new Command("release")
  .description("propose what app stacks built for the overlays of an environment: a pull request for each app")
  .option("--env <env>", "environment to release to", "dev")
  .option(
    "--outputs <files...>",
    "outputs of the apps' stacks, as `pulumi stack output --json` prints them; - reads standard input",
  )
  .option("--app <names...>", "ask Pulumi for the outputs of these apps' stacks, <env>-<app>")
  .addOption(options.stackOutputs())
  .addOption(options.autoMerge())
  .addOption(options.allowOlder())
  .addOption(options.json())
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) =>
    runCommand(flags, async (context) => {
      const { env, outputs: files = [], app: apps = [], stackOutputs: folder } = flags;
      if (files.length + apps.length === 0) {
        throw new InputError("Nothing to release: give --outputs <file>, or --app <name> to ask Pulumi.");
      }
      const outputs = [
        ...(await Promise.all(
          files.map((file) => readAppOutputs(file === "-" ? file : pathFromUser(file), context.signal)),
        )),
        ...(await Promise.all(apps.map((app) => askAppOutputs(env, app, { ...context, folder })))),
      ];
      return release({
        ...context,
        env,
        outputs,
        autoMerge: flags.autoMerge === true,
        allowOlder: flags.allowOlder === true,
      });
    }),
  );
