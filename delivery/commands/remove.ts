import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { InputError } from "../../infra/input-error";
import { removeApp } from "../app/remove";
import { describeExitCodes } from "../failure";
import { interruptible } from "../interrupt";
import { findRoot, pathFromUser } from "./common";

interface Flags {
  readonly kubeconfigs?: string;
  readonly yes?: true;
}

const removeAppCommand = new Command("app")
  .description(
    "remove an app step by step: from Git by a pull request, then from the clusters; run it again after each step",
  )
  .argument("<name>", "the app's name")
  .option("--kubeconfigs <folder>", "clusters to remove it from, by files <env>-<cloud>.yaml", pathFromUser)
  .option("--yes", "delete in the clusters without asking")
  .addHelpText("after", describeExitCodes())
  .action((app: string, { kubeconfigs, yes }: Flags) =>
    interruptible((signal) =>
      removeApp({
        app,
        kubeconfigs,
        root: findRoot(),
        signal,
        report: (line) => process.stdout.write(`${line}\n`),
        confirm: (what) => (yes === true ? Promise.resolve(true) : ask(app, what, signal)),
      }),
    ),
  );

/** Whoever deletes types the name. @throws InputError where there is nobody to ask */
async function ask(app: string, what: string, signal: AbortSignal): Promise<boolean> {
  const question = `This deletes ${what}. It cannot be undone.`;
  if (!process.stdin.isTTY) throw new InputError(`${question} Nobody can be asked here: add --yes if you mean it.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Type ${app} to go on: `, { signal })) === app;
  } finally {
    terminal.close();
  }
}

/** `trinity remove` */
export const removeCommand = new Command("remove").description("take something out").addCommand(removeAppCommand);
