import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import CliTable from "cli-table3";
import { Argument, Command } from "commander";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { openWorld } from "../clouds/worlds";
import { interruptible } from "../interruption";
import { homePaths, repositoryRoot } from "../paths";
import { runMain } from "../run-main";
import { openWorkshop } from "../workshop";
import { type Finding, measureNoise } from "./measure";
import { makeWorkingCopy } from "./working-copy";

/** Simulated seconds per real second: so fast that nothing waits. */
const scale = 1e6;

/**
 * Measures in a folder of its own, which it removes again.
 *
 * @param clouds whose stacks are brought up
 */
async function look(
  clouds: readonly CloudName[],
  signal: AbortSignal,
  onProgress: (line: string) => void,
): Promise<Finding[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-noise-"));
  try {
    const project = path.join(folder, "project");
    makeWorkingCopy(repositoryRoot, project);
    const paths = homePaths(path.join(folder, "home"));
    const home = await openWorkshop(signal, paths).home(onProgress, project);
    const findings: Finding[] = [];
    for (const cloud of clouds) {
      openWorld(paths.clouds, cloud, scale).close();
      findings.push(...(await measureNoise(home, cloud, { signal, onProgress })));
    }
    return findings;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The table of what was found. */
function table(findings: readonly Finding[]): string {
  const rows = new CliTable({ head: ["stack", "after", "changes", "over budget"], style: { head: [], border: [] } });
  for (const { stack, after, steps, over } of findings) {
    rows.push([stack, after, count(steps), over.length === 0 ? "none" : over.map(describe).join("\n")]);
  }
  return rows.toString();
}

function count(steps: Finding["steps"]): string {
  const kinds = [...new Set(steps.map(describeKind))].sort();
  return kinds.length === 0 ? "none" : kinds.join("\n");
}

function describeKind({ change, type }: Finding["steps"][number]): string {
  return `${change} ${type}`;
}

function describe({ change, type, name, properties }: Finding["steps"][number]): string {
  return `${change} ${type} ${name}: ${properties.join(", ")}`;
}

let quiet = true;

const program = new Command("npm run preview:noise --")
  .description(
    "Shows that previews of the cloud and bootstrap stacks are quiet, and that usual changes touch only what they may.",
  )
  .addArgument(new Argument("[clouds...]", "only these").choices(cloudNames).default(cloudNames, "all"))
  .option("--json", "print the result as JSON, and nothing else, to standard output")
  .action((clouds: readonly CloudName[], { json }: { readonly json?: true }) =>
    interruptible(async (signal) => {
      const findings = await look(clouds, signal, (line) => process.stderr.write(`${line}\n`));
      process.stdout.write(json ? `${JSON.stringify(findings)}\n` : `${table(findings)}\n`);
      quiet = findings.every(({ over }) => over.length === 0);
    }),
  );

runMain(async () => {
  await program.parseAsync();
  return quiet ? 0 : 1;
});
