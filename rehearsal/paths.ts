import path from "node:path";
import { repositoryRoot } from "../infra/repository-root";

/**
 * Where everything that Trinity makes on one machine lives: `.trinity/` in the repository, in two parts.
 *
 * - *shared*: tools, downloads and caches. The same for every run; safe for several runs at once.
 * - *home*: what one rehearsal makes and keeps (Pulumi's state, simulated clouds, registries). A test gives each
 *   run a home of its own, and still uses the shared tools.
 */

export { repositoryRoot };

/** What every run on this machine shares. All paths are absolute; nothing here is created by reading it. */
export interface SharedPaths {
  readonly root: string;
  /** Ready tools, one executable per tool: `pulumi`, `buildkitd`, … */
  readonly toolsBin: string;
  /** One JSON file per tool: where it came from, its version and what to recognise it by. */
  readonly toolRecords: string;
  /** Half-made tools: what is in here after a crash is worthless and is removed by the next run. */
  readonly toolsTemporary: string;
  /** Lock files, each with its holder's process id. */
  readonly locks: string;
  /** Go's module cache, build cache and temporary folder, while tools are being built. */
  readonly goCache: string;
  /** npm's package cache (`cache` in .npmrc). */
  readonly npmCache: string;
}

/** What one rehearsal makes. All paths are absolute; nothing here is created by reading it. */
export interface HomePaths {
  readonly root: string;
  /** `PULUMI_HOME`: plugins, credentials and templates, apart from the user's own. */
  readonly pulumiHome: string;
  /** The Pulumi backend: `PULUMI_BACKEND_URL=file://<state>`. */
  readonly state: string;
  /** The simulated clouds: one world per cloud. */
  readonly clouds: string;
  /** Configuration written for a run: Docker credentials, buildx instances, kubeconfigs. */
  readonly config: string;
  /** Settings that the stacks run with: copies of the checked-in `stacks/Pulumi.<stack>.yaml`. */
  readonly settings: string;
  /** The engine's `stack export`, one file per stack. */
  readonly stacks: string;
  /** Stack outputs as JSON, one file per stack. */
  readonly outputs: string;
  /** Logs of background processes, one file each. */
  readonly logs: string;
  /** Blobs and manifests of the local container registries. */
  readonly registry: string;
  /** buildkitd's root: snapshots, cache and its socket. */
  readonly buildkit: string;
}

/** Lays out the shared folder at `root`. */
export function sharedPaths(root: string): SharedPaths {
  return {
    root,
    toolsBin: path.join(root, "tools", "bin"),
    toolRecords: path.join(root, "tools", "records"),
    toolsTemporary: path.join(root, "tools", "tmp"),
    locks: path.join(root, "locks"),
    goCache: path.join(root, "cache", "go"),
    npmCache: path.join(root, "cache", "npm"),
  };
}

/** Lays out a home at `root`. */
export function homePaths(root: string): HomePaths {
  return {
    root,
    pulumiHome: path.join(root, "pulumi"),
    state: path.join(root, "state"),
    clouds: path.join(root, "clouds"),
    config: path.join(root, "config"),
    settings: path.join(root, "settings"),
    stacks: path.join(root, "stacks"),
    outputs: path.join(root, "outputs"),
    logs: path.join(root, "logs"),
    registry: path.join(root, "registry"),
    buildkit: path.join(root, "buildkit"),
  };
}

const defaultRoot = path.join(repositoryRoot, ".trinity");

/** The shared folder in force. Environment: `TRINITY_SHARED_HOME`. @default `.trinity` in the repository */
export const shared: SharedPaths = sharedPaths(fromEnvironment("TRINITY_SHARED_HOME"));

/** The home in force. Environment: `TRINITY_HOME`. @default `.trinity` in the repository */
export const home: HomePaths = homePaths(fromEnvironment("TRINITY_HOME"));

function fromEnvironment(variable: "TRINITY_HOME" | "TRINITY_SHARED_HOME"): string {
  const value = process.env[variable];
  // An empty variable is an unset one; a relative path is the caller's, so it is taken from its working directory.
  return value === undefined || value === "" ? defaultRoot : path.resolve(value);
}
