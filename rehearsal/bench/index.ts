import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { cloudNames } from "../../infra/clouds";
import { prepareHome } from "../engine/home";
import { interruptible } from "../interruption";
import { type HomePaths, homePaths, shared } from "../paths";
import { runMain } from "../run-main";
import { openWorkshop } from "../workshop";
import { up } from "../run/up";
import { benchMakespan } from "./makespan";
import { measure } from "./measure";
import { benchStartUp } from "./start-up";

/** `npm run bench`: figures of this machine, side by side in one run. Prints; never fails on a time. */
async function bench(signal: AbortSignal): Promise<undefined> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-bench-"));
  try {
    const tools = await openWorkshop(signal).tools(["pulumi", "pulumi-language-nodejs"] as const, () => undefined);
    const home = (name: string) =>
      prepareHome(homePaths(path.join(folder, name)), shared, {
        pulumi: tools.pulumi,
        languageHost: tools["pulumi-language-nodejs"],
      });
    print("Start-up", await benchStartUp(await home("start-up")));
    print("Waiting", await benchMakespan(await home("makespan")));
    print("npm start, tools ready", await benchRehearsal(homePaths(path.join(folder, "rehearsal")), signal));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The whole rehearsal, from nothing and again. */
async function benchRehearsal(paths: HomePaths, signal: AbortSignal): Promise<string[]> {
  const work = () => up(openWorkshop(signal, paths), { clouds: cloudNames, signal, silent: true });
  const first = await measure(paths.pulumiHome, work);
  const second = await measure(paths.pulumiHome, work);
  return [
    `from nothing: ${first.seconds.toFixed(1)} s`,
    `again: ${second.seconds.toFixed(1)} s (goal 60), ${(second.seconds / first.seconds).toFixed(2)} of the first`,
  ];
}

function print(title: string, lines: readonly string[]): void {
  process.stdout.write(`${title}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}

runMain(() => interruptible(bench));
