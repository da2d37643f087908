import path from "node:path";
import { shared as sharedInForce, type SharedPaths } from "../paths";
import type { Haul, ToolsContext } from "./context";
import { ToolsError } from "./errors";
import { getTools } from "./get";
import { acquireLock } from "./lock.cjs";
import { lookForTools } from "./look";
import type { Environment } from "./on-path";
import { currentPlatform } from "./platform";
import type { OnProgress } from "./progress";
import { tools } from "./tools";
import type { Platform, Tool, ToolName, ToolSpec, Way } from "./types";

export { ToolsError } from "./errors";
export { ensureManifests, type ManifestSource } from "./manifests";
export type { OnProgress, ToolProgress } from "./progress";
export {
  type ClusterToolName,
  clusterToolNames,
  scanToolNames,
  toolNames,
  type Tool,
  type ToolName,
  type ToolSource,
  type Way,
} from "./types";

/** Building every tool from nothing takes ten minutes on two processors, and longer on busy ones. */
const LONGEST_WAIT_MS = 2 * 60 * 60_000;

export interface EnsureToolsOptions {
  readonly onProgress?: OnProgress;
  /** Ends the work: waiting, downloads and builds. */
  readonly signal?: AbortSignal;
  /** The ways to try. Their order is always the same. @default all three */
  readonly ways?: readonly Way[];
  /** @default the shared folder in force (`TRINITY_SHARED_HOME`) */
  readonly shared?: SharedPaths;
  /** @default process.env */
  readonly env?: Environment;
  /** @default the table in tools.ts */
  readonly table?: Readonly<Record<ToolName, ToolSpec>>;
  /** @default this machine's */
  readonly platform?: Platform;
}

/**
 * Makes tools ready to run. For each, in this order: one that an earlier run downloaded or built, one on PATH that is
 * new enough, the official download, a build from the pinned Go modules. A second call takes milliseconds.
 *
 * Safe to run several times at once, and to be killed at any time: the next call goes on where this one was.
 * @throws ToolsError naming every tool that could not be had, what it is needed for and what was tried
 */
export async function ensureTools<Name extends ToolName>(
  names: readonly Name[],
  options: EnsureToolsOptions = {},
): Promise<Record<Name, Tool>> {
  const context = contextOf(options);
  const haul: Haul = { ready: new Map(), attempts: new Map() };
  await lookForTools(names, haul, context);
  const first = names.find((name) => !haul.ready.has(name));
  if (first !== undefined) {
    const lock = await acquireLock(path.join(context.shared.locks, "tools.lock"), {
      signal: context.signal,
      timeoutMs: LONGEST_WAIT_MS,
      onWait: (pid) => {
        const message = `waiting for process ${pid ?? "(unknown)"}, which is getting tools`;
        context.onProgress({ tool: first, phase: "waiting", message });
      },
    });
    try {
      await getTools(names, haul, context);
    } finally {
      lock.release();
    }
  }
  const missing = names.filter((name) => !haul.ready.has(name));
  if (missing.length > 0) {
    throw new ToolsError(
      missing.map((name) => context.table[name]),
      haul.attempts,
      context.platform,
    );
  }
  return Object.fromEntries(names.map((name) => [name, haul.ready.get(name)])) as Record<Name, Tool>;
}

function contextOf(options: EnsureToolsOptions): ToolsContext {
  return {
    shared: options.shared ?? sharedInForce,
    env: options.env ?? process.env,
    table: options.table ?? tools,
    platform: options.platform ?? currentPlatform(),
    ways: new Set(options.ways ?? ["path", "download", "build"]),
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal,
  };
}
