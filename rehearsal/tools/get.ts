import { rm } from "node:fs/promises";
import { buildTool, removeGoCaches } from "./build";
import { type Haul, noteAttempt, stillMissing, type ToolsContext } from "./context";
import { downloadGroups, downloadTools } from "./download";
import { lookForTools } from "./look";
import type { ToolName } from "./types";

/** Downloads or builds what is missing. The caller holds the tools' lock. */
export async function getTools(names: readonly ToolName[], haul: Haul, context: ToolsContext): Promise<void> {
  // The lock's last holder may have got them; and what it left half-made, if it was killed, is nobody's.
  haul.attempts.clear();
  await lookForTools(names, haul, context);
  await rm(context.shared.toolsTemporary, { recursive: true, force: true });
  if (context.ways.has("download")) await downloadAll(names, haul, context);
  if (context.ways.has("build")) await buildAll(names, haul, context);
}

/** All downloads at once: a machine that reaches no site waits for one time-out, not for one a tool. */
async function downloadAll(names: readonly ToolName[], haul: Haul, context: ToolsContext): Promise<void> {
  const groups = downloadGroups(stillMissing(names, haul, context), context.platform);
  await Promise.all(
    groups.map(async ({ url, specs }) => {
      try {
        for (const [name, tool] of await downloadTools(url, specs, context)) {
          haul.ready.set(name, tool);
          context.onProgress({ tool: name, phase: "ready", message: `downloaded ${tool.version}` });
        }
      } catch (error) {
        context.signal?.throwIfAborted();
        for (const { name } of specs) noteAttempt(haul, name, `the download failed: ${messageOf(error)}`);
      }
    }),
  );
  for (const { name, download } of stillMissing(names, haul, context)) {
    if (download.urls[context.platform] === undefined) {
      noteAttempt(haul, name, `there is no download for ${context.platform}`);
    }
  }
}

/** One build after the other: each one uses all processors by itself. */
async function buildAll(names: readonly ToolName[], haul: Haul, context: ToolsContext): Promise<void> {
  const specs = stillMissing(names, haul, context);
  let failed = false;
  for (const spec of specs) {
    try {
      const tool = await buildTool(spec, context);
      haul.ready.set(spec.name, tool);
      context.onProgress({ tool: spec.name, phase: "ready", message: `built ${tool.version}` });
    } catch (error) {
      context.signal?.throwIfAborted();
      failed = true;
      noteAttempt(haul, spec.name, `the build failed: ${messageOf(error)}`);
    }
  }
  if (specs.length > 0 && !failed) await removeGoCaches(context.shared);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
