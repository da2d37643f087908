import { Command } from "commander";
import { runMain } from "../run-main";
import { clusterToolNames, ensureTools, scanToolNames, toolNames, type ToolName, type ToolProgress } from "./index";

/**
 * Gets the tools named on the command line and says where they are. No name stands for all that a plain rehearsal needs,
 * `clusters` for all that real clusters need, `all` for these, those and the scanners: what is built at once is compiled once.
 */
async function main(names: readonly string[]): Promise<void> {
  const single = names.flatMap<string>((name) => (isGroup(name) ? groups[name] : [name]));
  const unknown = single.filter((name) => !isToolName(name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no tool ${unknown.join(", ")}; the tools are ${known.join(", ")}; "clusters" stands for those of real clusters, "all" for all.`,
    );
  }
  const wanted = names.length > 0 ? single.filter(isToolName) : toolNames;
  const got = await ensureTools(wanted, { onProgress: progressPrinter() });
  for (const name of wanted) {
    const { path, version, source } = got[name];
    process.stdout.write(`${name} ${version} (${source}) ${path}\n`);
  }
}

const known: readonly ToolName[] = [...toolNames, ...scanToolNames, ...clusterToolNames];

const groups = { clusters: clusterToolNames, all: known };

function isGroup(name: string): name is keyof typeof groups {
  return Object.hasOwn(groups, name);
}

function isToolName(name: string): name is ToolName {
  return known.some((tool) => tool === name);
}

/** On a terminal one line that changes; elsewhere a line for each new phase and every ten seconds. */
function progressPrinter(): (progress: ToolProgress) => void {
  let last = { at: Number.NEGATIVE_INFINITY, step: "" };
  return ({ tool, phase, message }) => {
    const step = `${tool} ${phase}`;
    const line = `${tool}: ${message}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}${phase === "ready" ? "\n" : ""}`);
    else if (step !== last.step || performance.now() - last.at > 10_000) process.stderr.write(`${line}\n`);
    else return;
    last = { at: performance.now(), step };
  };
}

const program = new Command("npm run tools --")
  .description("Gets tools, each by its official download or else built from source, and says where they are.")
  .argument(
    "[names...]",
    `which: ${known.join(", ")}; or "clusters", all that real clusters need, or "all" (default: what a rehearsal needs)`,
  )
  .action(main);

runMain(async () => {
  await program.parseAsync();
  return undefined;
});
