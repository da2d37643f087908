import { rm } from "node:fs/promises";
import { buildTool, fetchModules, removeGoCaches } from "./build";
import { type Haul, noteAttempt, stillMissing, type ToolsContext } from "./context";
import { downloadGroups, downloadTools } from "./download";
import { removeGoLeftovers } from "./go";
import { lookForTools } from "./look";
import type { OnProgress } from "./progress";
import type { ToolName, ToolSpec } from "./types";

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

/**
 * One build after the other, since each one uses all processors by itself; fetching, which mostly waits, goes on
 * beside the builds.
 */
async function buildAll(names: readonly ToolName[], haul: Haul, context: ToolsContext): Promise<void> {
  const specs = stillMissing(names, haul, context);
  if (specs.length === 0) return;
  await removeGoLeftovers(context.shared);
  let current: ToolName | undefined;
  const onProgress: OnProgress = (progress) => {
    if (progress.tool === current) context.onProgress(progress);
  };
  const fetching = fetchInTurn(specs, { ...context, onProgress });
  let failed = false;
  for (const spec of specs) {
    current = spec.name;
    try {
      await fetching.get(spec);
      const tool = await buildTool(spec, context);
      haul.ready.set(spec.name, tool);
      context.onProgress({ tool: spec.name, phase: "ready", message: `built ${tool.version}` });
    } catch (error) {
      if (context.signal?.aborted === true) await Promise.allSettled(fetching.values());
      context.signal?.throwIfAborted();
      failed = true;
      noteAttempt(haul, spec.name, `the build failed: ${messageOf(error)}`);
    }
  }
  if (!failed) await removeGoCaches(context.shared);
}

/** Fetches one tool's modules after the other's. */
function fetchInTurn(specs: readonly ToolSpec[], context: ToolsContext): ReadonlyMap<ToolSpec, Promise<void>> {
  let before: Promise<void> = Promise.resolve();
  return new Map(
    specs.map((spec) => {
      const fetching = before.then(() => fetchModules(spec, context));
      before = fetching.catch(() => undefined);
      return [spec, fetching];
    }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
