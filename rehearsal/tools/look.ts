import { recipeOf } from "./build";
import { type Haul, noteAttempt, stillMissing, type ToolsContext } from "./context";
import { findOnPath, which } from "./on-path";
import { readRecord, writeRecord } from "./records";
import type { Tool, ToolName, ToolSpec } from "./types";
import { isAtLeast } from "./version";

/** Takes what an earlier run left and what is on PATH. Changes nothing but records; needs no lock. */
export async function lookForTools(names: readonly ToolName[], haul: Haul, context: ToolsContext): Promise<void> {
  await Promise.all(
    stillMissing(names, haul, context).map(async (spec) => {
      const tool = (await remembered(spec, context)) ?? (await onPath(spec, haul, context));
      if (tool !== undefined) haul.ready.set(spec.name, tool);
    }),
  );
}

/** The tool that an earlier run remembered, if it is still what this run would take. */
async function remembered(spec: ToolSpec, { shared, env, ways }: ToolsContext): Promise<Tool | undefined> {
  const record = await readRecord(shared, spec.name);
  if (record === undefined || !isAtLeast(record.version, spec.minimum)) return undefined;
  const { way, version, path } = record;
  if (way === "path") {
    // Another one may have come before it on PATH; for the rest, the unchanged file is enough.
    const isCurrent = spec.installed.kind !== "version" || (await which(spec.name, env)) === path;
    return ways.has("path") && isCurrent ? { path, version, source: "path" } : undefined;
  }
  if (way === "build" && record.recipe !== (await recipeOf(spec))) return undefined;
  return { path, version, source: "cached" };
}

async function onPath(spec: ToolSpec, haul: Haul, context: ToolsContext): Promise<Tool | undefined> {
  if (!context.ways.has("path")) return undefined;
  const finding = await findOnPath(spec, context.table, context.env);
  if ("reason" in finding) {
    noteAttempt(haul, spec.name, finding.reason);
    return undefined;
  }
  await writeRecord(context.shared, spec.name, { way: "path", ...finding });
  return { ...finding, source: "path" };
}
