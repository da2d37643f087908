import { Command } from "commander";
import { findRoot, options } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { InputError } from "../../infra/input-error";
import { handOver } from "../changes/matrix";
import { changedPaths } from "../changes/since";
import { stackJobs, touchedStacks } from "../changes/touches";
import { configuredStacks } from "../stack-job";

interface Flags {
  readonly since?: string;
  readonly env?: string;
  readonly json?: true;
}

/** `npm run ci -- stacks` */
export const stacksCommand = new Command("stacks")
  .description(
    "the stacks of clouds that a change touches, for the matrix of a workflow; not those that make the identities",
  )
  .option("--since <commit>", "what changed since that commit (default: all stacks)")
  .option("--env <env>", "only this environment's")
  .addOption(options.json())
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) => interruptible((signal) => stacks(flags, signal)));

async function stacks({ since, env, json }: Flags, signal: AbortSignal): Promise<void> {
  const root = findRoot();
  const all = stackJobs(configuredStacks(root));
  if (env !== undefined && !all.some((job) => job.env === env)) {
    const known = new Set(all.map((job) => job.env));
    throw new InputError(`--env: no stack of a cloud is of "${env}"; stacks/ has those of ${[...known].join(", ")}.`);
  }
  const jobs = all
    // Whoever made the identities changes them: none of them may change what they are.
    .filter(({ program }) => !program.startsWith("bootstrap-"))
    .filter((job) => env === undefined || job.env === env);
  const paths = await changedPaths(root, since, signal);
  handOver(paths === undefined ? jobs : touchedStacks(paths, jobs), { json, name: ({ stack }) => stack });
}
