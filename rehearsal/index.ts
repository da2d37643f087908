import { Command, Option } from "commander";
import { type CloudName, cloudNames } from "../infra/clouds";
import { acquireLock } from "./tools/lock.cjs";
import path from "node:path";
import { interruptible } from "./interruption";
import { home } from "./paths";
import { runMain } from "./run-main";
import { destroy } from "./run/destroy";
import { renderSummary } from "./run/summary";
import { up } from "./run/up";
import { openWorkshop } from "./workshop";

/** `npm start`: brings three simulated clouds up and releases every app into them, on the real engine. */
const only = new Option("--only <clouds...>", "work with these clouds")
  .choices(cloudNames)
  .default([...cloudNames], "all");
const json = new Option("--json", "print the result as JSON, and nothing else, to standard output");

interface Flags {
  readonly only: readonly CloudName[];
  readonly json?: boolean;
}

const program = new Command("npm start --").description(
  "Rehearses the platform on this machine: the real Pulumi engine, real image builds, simulated clouds.",
);

program
  .command("up", { isDefault: true })
  .description("bring the clouds up, build and push every app once, prove that every cluster may pull it")
  .addOption(only)
  .addOption(json)
  .action((flags: Flags) =>
    alone(async (signal) => {
      const summary = await up(openWorkshop(signal), { clouds: flags.only, signal, silent: flags.json === true });
      process.stdout.write(flags.json === true ? `${JSON.stringify(summary)}\n` : `\n${renderSummary(summary)}`);
    }),
  );

program
  .command("destroy")
  .description("take everything down, and say that nothing is left")
  .addOption(only)
  .addOption(json)
  .action((flags: Flags) =>
    alone(async (signal) => {
      const left = await destroy(openWorkshop(signal), { clouds: flags.only, signal, silent: flags.json === true });
      process.stdout.write(flags.json === true ? `${JSON.stringify({ left })}\n` : `\n${describeLeft(left)}\n`);
    }),
  );

function describeLeft(stacks: readonly string[]): string {
  return stacks.length === 0 ? "Nothing is left." : `Still up: ${stacks.join(", ")}. Nothing else is left.`;
}

/** Runs work that no other run of this home may disturb. */
async function alone(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await interruptible(async (signal) => {
    const lock = await acquireLock(path.join(home.root, "run.lock"), {
      signal,
      onWait: (pid) => process.stderr.write(`Waiting for another run (process ${pid ?? "unknown"}) to end.\n`),
    });
    try {
      await work(signal);
    } finally {
      lock.release();
    }
  });
}

runMain(async () => {
  await program.parseAsync();
  return undefined;
});
