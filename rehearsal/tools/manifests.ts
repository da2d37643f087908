import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { shared as sharedInForce, type SharedPaths } from "../paths";
import { goEnvironment, moduleFolder, requireGo } from "./go";
import { acquireLock } from "./lock.cjs";
import type { Environment } from "./on-path";
import { withTemporaryFolder } from "./put";
import { runGo } from "./run-go";
import { tools } from "./tools";
import type { ToolSpec } from "./types";

/** Programs that come with manifests, and the Go modules that have both. */
const sources = {
  "argo-cd": { tool: tools.argocd, module: "github.com/argoproj/argo-cd/v3" },
  "argo-rollouts": { tool: tools["rollouts-controller"], module: "github.com/argoproj/argo-rollouts" },
} as const;

export type ManifestSource = keyof typeof sources;

export interface EnsureManifestsOptions {
  readonly signal?: AbortSignal;
  /** @default the shared folder in force (`TRINITY_SHARED_HOME`) */
  readonly shared?: SharedPaths;
  /** @default process.env */
  readonly env?: Environment;
}

/** What `go mod download -json` says (see `go help mod download`). */
const downloadShape = z.object({ Dir: z.string() });

/** Longest wait for another process that is getting tools. */
const longestWaitMs = 2 * 60 * 60_000;

/**
 * The `manifests` folder that a program's pinned version is published with: custom resources, roles, a complete
 * installation. Kept at `tools/share/<name>/<version>/manifests` of the shared folder; Go gets it the first time, and
 * holds it against the checked-in go.sum.
 *
 * @returns the folder, absolute
 * @throws Error when Go is missing, or with the end of what it said
 */
export async function ensureManifests(name: ManifestSource, options: EnsureManifestsOptions = {}): Promise<string> {
  const { signal, shared = sharedInForce, env = process.env } = options;
  const { tool, module } = sources[name];
  const place = path.join(shared.root, "tools", "share", name, tool.version);
  const manifests = path.join(place, "manifests");
  if (await isFolder(manifests)) return manifests;
  const lock = await acquireLock(path.join(shared.locks, "tools.lock"), { signal, timeoutMs: longestWaitMs });
  try {
    if (await isFolder(manifests)) return manifests;
    await withTemporaryFolder(shared, async (folder) => {
      const source = await moduleSource(tool, module, folder, { signal, shared, env });
      const copy = path.join(folder, tool.version);
      await cp(path.join(source, "manifests"), path.join(copy, "manifests"), { recursive: true });
      await mkdir(path.dirname(place), { recursive: true });
      await rm(place, { recursive: true, force: true });
      await rename(copy, place);
    });
    return manifests;
  } finally {
    lock.release();
  }
}

/** Gets a module's source. @returns its folder, below `cache` */
async function moduleSource(
  tool: ToolSpec,
  module: string,
  cache: string,
  { signal, shared, env }: Required<Omit<EnsureManifestsOptions, "signal">> & Pick<EnsureManifestsOptions, "signal">,
): Promise<string> {
  const lines = await runGo({
    go: await requireGo(shared, tool, env),
    args: ["mod", "download", "-json", `${module}@v${tool.version}`],
    folder: moduleFolder(tool),
    environment: { ...(await goEnvironment(shared, tool, env)), GOMODCACHE: path.join(cache, "modules") },
    onLine: () => undefined,
    signal,
  });
  return downloadShape.parse(JSON.parse(lines.slice(lines.indexOf("{")).join("\n"))).Dir;
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
