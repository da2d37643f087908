import { runMain } from "../run-main";
import { clusterToolNames, ensureTools, scanToolNames, toolNames, type ToolName, type ToolProgress } from "./index";

/**
 * Gets the tools named on the command line and says where they are. No name stands for all that a plain rehearsal needs,
 * `clusters` for all that real clusters need.
 */
async function main(names: readonly string[]): Promise<undefined> {
  const single = names.flatMap((name) => (name === "clusters" ? clusterToolNames : [name]));
  const unknown = single.filter((name) => !isToolName(name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no tool ${unknown.join(", ")}; the tools are ${known.join(", ")}; "clusters" stands for those of real clusters.`,
    );
  }
  const wanted = names.length > 0 ? single.filter(isToolName) : toolNames;
  const got = await ensureTools(wanted, { onProgress: progressPrinter() });
  for (const name of wanted) {
    const { path, version, source } = got[name];
    process.stdout.write(`${name} ${version} (${source}) ${path}\n`);
  }
  return undefined;
}

const known: readonly string[] = [...toolNames, ...scanToolNames, ...clusterToolNames];

function isToolName(name: string): name is ToolName {
  return known.includes(name);
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

runMain(() => main(process.argv.slice(2)));
