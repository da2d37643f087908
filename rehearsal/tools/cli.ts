import { runMain } from "../run-main";
import { ensureTools, toolNames, type ToolName, type ToolProgress } from "./index";

/** Gets the tools named on the command line (all of them when none is) and says where they are. */
async function main(names: readonly string[]): Promise<undefined> {
  const unknown = names.filter((name) => !isToolName(name));
  if (unknown.length > 0) {
    throw new Error(`There is no tool ${unknown.join(", ")}; the tools are ${toolNames.join(", ")}.`);
  }
  const wanted = names.length > 0 ? names.filter(isToolName) : toolNames;
  const got = await ensureTools(wanted, { onProgress: progressPrinter() });
  for (const name of wanted) {
    const { path, version, source } = got[name];
    process.stdout.write(`${name} ${version} (${source}) ${path}\n`);
  }
  return undefined;
}

function isToolName(name: string): name is ToolName {
  return (toolNames as readonly string[]).includes(name);
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
