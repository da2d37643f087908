import { Command } from "commander";
import { findRoot, options } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { findApps } from "../../infra/apps";
import { handOver } from "../changes/matrix";
import { changedPaths } from "../changes/since";
import { touchedApps } from "../changes/touches";

interface Flags {
  readonly since?: string;
  readonly json?: true;
}

/** `npm run ci -- apps` */
export const appsCommand = new Command("apps")
  .description("the apps whose image a change touches, each with its first environment, for the matrix of a workflow")
  .option("--since <commit>", "what changed since that commit (default: all apps)")
  .addOption(options.json())
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) => interruptible((signal) => apps(flags, signal)));

async function apps({ since, json }: Flags, signal: AbortSignal): Promise<void> {
  const root = findRoot();
  const all = findApps(root);
  const paths = await changedPaths(root, since, signal);
  const touched =
    paths === undefined
      ? undefined
      : touchedApps(
          paths,
          all.map(({ name }) => name),
        );
  const include = all
    .filter(({ name }) => touched?.includes(name) ?? true)
    // A release begins in the first one; the others get the same image, by promotions.
    .map(({ name, clouds, environments: [env] }) => ({
      app: name,
      env,
      stack: `${String(env)}-${name}`,
      // As options take them: a variable of a step is one text.
      clouds: clouds.join(" "),
    }));
  handOver(include, { json, name: ({ stack }) => stack });
}
