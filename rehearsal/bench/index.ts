import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Argument, Command } from "commander";
import { cloudNames } from "../../infra/clouds";
import { prepareHome } from "../engine/home";
import { interruptible } from "../interruption";
import { homePaths, shared } from "../paths";
import { runMain } from "../run-main";
import { openWorkshop } from "../workshop";
import { up } from "../run/up";
import { benchArgoCd } from "./argo-cd";
import { benchMakespan } from "./makespan";
import { manyApps } from "./many-apps";
import { measure, type Print } from "./measure";
import { benchReleases } from "./releases";
import { benchStartUp } from "./start-up";

interface Bench {
  readonly title: string;
  /** @param folder where everything is kept */
  readonly run: (folder: string, signal: AbortSignal, print: Print) => Promise<void>;
}

const benches = {
  "start-up": {
    title: "Start-up",
    run: async (folder, signal, print) => {
      (await benchStartUp(await engineHome(folder, signal))).forEach(print);
    },
  },
  waiting: {
    title: "Waiting",
    run: async (folder, signal, print) => {
      (await benchMakespan(await engineHome(folder, signal))).forEach(print);
    },
  },
  rehearsal: { title: "npm start, tools ready", run: benchRehearsal },
  releases: { title: `Releases from ${manyApps} apps on 3 clouds in 3 environments`, run: benchReleases },
  "argo-cd": { title: "Argo CD", run: benchArgoCd },
} as const satisfies Readonly<Record<string, Bench>>;

type BenchName = keyof typeof benches;

const names = Object.keys(benches) as BenchName[];

/** `npm run bench`: figures of this machine, side by side in one run. Prints; never fails on a time. */
const program = new Command("npm run bench --")
  .description("Measures what is slow or large, and prints the figures beside their goals.")
  .addArgument(new Argument("[benches...]", "only these").choices(names).default(names, "all"))
  .action((chosen: readonly BenchName[]) => interruptible((signal) => bench(chosen, signal)));

async function bench(chosen: readonly BenchName[], signal: AbortSignal): Promise<void> {
  for (const name of chosen) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-bench-"));
    try {
      process.stdout.write(`${benches[name].title}\n`);
      await benches[name].run(folder, signal, (line) => process.stdout.write(`  ${line}\n`));
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function engineHome(folder: string, signal: AbortSignal) {
  const tools = await openWorkshop(signal).tools(["pulumi", "pulumi-language-nodejs"] as const, () => undefined);
  return prepareHome(homePaths(folder), shared, {
    pulumi: tools.pulumi,
    languageHost: tools["pulumi-language-nodejs"],
  });
}

/** The whole rehearsal, from nothing and again. */
async function benchRehearsal(folder: string, signal: AbortSignal, print: Print): Promise<void> {
  const paths = homePaths(folder);
  const work = () => up(openWorkshop(signal, paths), { clouds: cloudNames, signal, silent: true });
  const first = await measure(paths.pulumiHome, work);
  print(`from nothing: ${first.seconds.toFixed(1)} s`);
  const second = await measure(paths.pulumiHome, work);
  print(`again: ${second.seconds.toFixed(1)} s (goal 60), ${(second.seconds / first.seconds).toFixed(2)} of the first`);
}

runMain(async () => {
  await program.parseAsync();
  return undefined;
});
