import { ensureTools, toolNames, ToolsError, type ToolName, type ToolProgress } from "./index";

/** Gets the tools named on the command line (all of them when none is) and says where they are. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !isToolName(name));
  if (unknown.length > 0) {
    throw new ToolsArgumentError(`There is no tool ${unknown.join(", ")}; the tools are ${toolNames.join(", ")}.`);
  }
  const wanted = names.length > 0 ? names.filter(isToolName) : toolNames;
  const got = await ensureTools(wanted, { onProgress: progressPrinter() });
  for (const name of wanted) {
    const { path, version, source } = got[name];
    process.stdout.write(`${name} ${version} (${source}) ${path}\n`);
  }
}

class ToolsArgumentError extends Error {}

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

main(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof ToolsError || error instanceof ToolsArgumentError;
  process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
});
