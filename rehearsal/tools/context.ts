import type { SharedPaths } from "../paths";
import type { Environment } from "./on-path";
import type { OnProgress } from "./progress";
import type { Platform, Tool, ToolName, ToolSpec, Way } from "./types";

/** What all steps of getting tools work with. */
export interface ToolsContext {
  readonly shared: SharedPaths;
  readonly env: Environment;
  readonly table: Readonly<Record<ToolName, ToolSpec>>;
  readonly platform: Platform;
  readonly ways: ReadonlySet<Way>;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

/** What one call has got so far, and what it tried in vain. Steps add to it. */
export interface Haul {
  readonly ready: Map<ToolName, Tool>;
  readonly attempts: Map<ToolName, string[]>;
}

/** Adds why a way did not lead to a tool. */
export function noteAttempt(haul: Haul, tool: ToolName, reason: string): void {
  haul.attempts.set(tool, [...(haul.attempts.get(tool) ?? []), reason]);
}

/** The tools that are not there yet and run on this machine, in the given order. */
export function stillMissing(names: readonly ToolName[], haul: Haul, context: ToolsContext): readonly ToolSpec[] {
  return names
    .filter((name) => !haul.ready.has(name))
    .map((name) => context.table[name])
    .filter(({ platforms }) => platforms.includes(context.platform));
}
