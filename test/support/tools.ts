import { ensureTools, toolNames, type ToolName } from "../../rehearsal/tools/index";

/** Paths of the tools, which `npm test` gets before the first test. @throws ToolsError when they are not there */
export async function testTools(): Promise<Record<ToolName, string>> {
  // "path" only: what was downloaded or built counts as there; a test neither downloads nor builds.
  const tools = await ensureTools(toolNames, { ways: ["path"] });
  return Object.fromEntries(toolNames.map((name) => [name, tools[name].path])) as Record<ToolName, string>;
}
