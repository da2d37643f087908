import * as fs from "node:fs";
import * as path from "node:path";
import { Option } from "commander";
import { cloudNames } from "../../infra/clouds";
import { InputError } from "../../infra/input-error";
import type { Proposal } from "../change";
import { exitCodes } from "../failure";
import { interruptible } from "../interrupt";
import type { Context } from "../propose";

/**
 * A path that the user has given, from where the user is: npm runs a script in the folder of package.json, and says in
 * INIT_CWD where it was called.
 */
export function pathFromUser(given: string): string {
  return path.resolve(userFolder(), given);
}

function userFolder(): string {
  const { INIT_CWD: called, npm_package_json: manifest = "" } = process.env;
  // Programs below a script inherit both, but are in folders of their own.
  return called !== undefined && path.dirname(manifest) === process.cwd() ? called : process.cwd();
}

/** Options that several commands have. */
export const options = {
  json: () => new Option("--json", "print the result as JSON, and nothing else, to standard output"),
  autoMerge: () => new Option("--auto-merge", "merge by squash as soon as the repository's rules allow it"),
  allowOlder: () => new Option("--allow-older", "take the place of a newer build"),
  clouds: () =>
    new Option("--clouds <clouds...>", "only these clouds (default: all that the app runs on)").choices(cloudNames),
  stackOutputs: () =>
    new Option(
      "--stack-outputs <folder>",
      "read <folder>/<stack>.json in place of asking Pulumi for a stack's outputs",
    ).argParser(pathFromUser),
};

/**
 * The folder that holds Pulumi.yaml, at or above where the user is; else the one that `npm --prefix` names.
 *
 * @throws InputError when there is none
 */
export function findRoot(): string {
  for (const start of [userFolder(), process.cwd()]) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      if (fs.existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
      if (folder === path.dirname(folder)) break;
    }
  }
  throw new InputError(
    `Neither ${userFolder()} nor a folder above it holds Pulumi.yaml. Run this in a clone of the platform.`,
  );
}

/**
 * Runs a command that proposes changes, and prints what came of it: progress on standard error, the result on standard
 * output.
 */
export async function runCommand(
  { json, autoMerge }: { readonly json?: true; readonly autoMerge?: true },
  work: (context: Context) => Promise<Proposal[]>,
): Promise<void> {
  const proposals = await interruptible(
    (signal) => work({ root: findRoot(), signal, report: (line) => process.stderr.write(`${line}\n`) }),
    autoMerge ? undefined : "The base branch is as it was.",
  );
  process.stdout.write(json ? `${JSON.stringify({ proposals })}\n` : proposals.map(describe).join(""));
  const stopped = proposals.some(({ status }) => status === "refused" || status === "superseded");
  process.exitCode = stopped ? exitCodes.refused : exitCodes.done;
}

function describe({ app, env, clouds, tag, status, pullRequest, branch, repository, why }: Proposal): string {
  const words = {
    unchanged: "nothing to do",
    pushed: `branch ${branch ?? ""} of ${repository}`,
    open: "pull request open",
    "auto-merge": "pull request will merge by itself",
    merged: "merged",
    superseded: "superseded",
    refused: "refused",
  }[status];
  const more = [pullRequest?.url, why].filter((part) => part !== undefined).map((part) => `: ${part}`);
  return `${app} ${env} (${clouds.join(", ")}) ${tag}: ${words}${more.join("")}\n`;
}
