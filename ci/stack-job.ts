import * as fs from "node:fs";
import * as path from "node:path";
import { appFolders } from "../infra/apps";
import { InputError } from "../infra/input-error";
import { platformPrograms, readStackName } from "../infra/stack-name";
import { type StackJob, stackJobs } from "./changes/touches";

/** Names of the stacks that have a settings file. */
export function configuredStacks(root: string): string[] {
  return fs
    .readdirSync(path.join(root, "stacks"))
    .flatMap((file) => /^Pulumi\.(?<stack>.+)\.yaml$/.exec(file)?.groups?.stack ?? []);
}

/** The stack of a cloud that the command line names. @throws InputError naming the known ones */
export function findStack(root: string, stack: string): StackJob {
  const jobs = stackJobs(configuredStacks(root));
  const found = jobs.find((job) => job.stack === stack);
  if (found === undefined) {
    throw new InputError(
      `--stack: "${stack}" is no stack of a cloud; known are ${jobs.map((job) => job.stack).join(", ")}. One is known ` +
        "when stacks/ has its settings file and its program; an app's stack is deployed by a release.",
    );
  }
  return found;
}

/** The stack of a cloud or of an app that the command line names. @throws InputError naming the known ones */
export function findDeployable(root: string, stack: string): string {
  const apps = appFolders(root);
  const isApp = !platformPrograms.includes(readStackName(stack, apps).program);
  return isApp ? stack : findStack(root, stack).stack;
}
