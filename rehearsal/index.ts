import { once } from "node:events";
import { Command, Option } from "commander";
import { type CloudName, cloudNames } from "../infra/clouds";
import { acquireLock } from "./tools/lock.cjs";
import path from "node:path";
import { interruptible } from "./interruption";
import { home, homePaths, shared } from "./paths";
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

interface UpFlags extends Flags {
  readonly clusters?: boolean;
  readonly keep?: boolean;
}

const program = new Command("npm start --").description(
  "Rehearses the platform on this machine: the real Pulumi engine, real image builds, simulated clouds.",
);

program
  .command("up", { isDefault: true })
  .description("bring the clouds up, build and push every app once, prove that every cluster may pull it")
  .addOption(only)
  .option("--clusters", "on real Kubernetes clusters: release three versions of the app there, then take all down")
  .option("--keep", "with --clusters: leave everything up until Ctrl-C")
  .addOption(json)
  .action((flags: UpFlags) =>
    alone(async (signal) => {
      if (flags.clusters === true) {
        await onClusters(flags, signal);
        return;
      }
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

/** The whole story on real clusters, in a home of its own: what `up` has brought up stays as it is. */
async function onClusters({ only: clouds, json, keep }: UpFlags, signal: AbortSignal): Promise<void> {
  const { runFleet } = await import("./fleet");
  const { describeByHand } = await import("./fleet/by-hand");
  const { describeAddresses, renderStory } = await import("./fleet/summary");
  const paths = homePaths(path.join(home.root, "fleet"));
  const print = (text: string) => (json === true ? process.stderr : process.stdout).write(text);
  const story = await runFleet(openWorkshop(signal, paths), paths, {
    clouds,
    signal,
    silent: json === true,
    whileUp: async (running, shown) => {
      if (keep === true) {
        const where = `${describeAddresses(running.fleet, shown)}\n${describeByHand(running, shared.toolsBin)}`;
        print(`\n${renderStory(shown)}\n${where}\nCtrl-C takes everything down.\n`);
        await once(signal, "abort");
      }
    },
  });
  process.stdout.write(json === true ? `${JSON.stringify(story)}\n` : `\n${renderStory(story)}`);
}

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
