import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Proposal } from "../../delivery/change";
import { release, type ReleaseOptions } from "../../delivery/release";
import { type RunningGitHub, type SimulatedRepository, startGitHub } from "../../rehearsal/github";
import { makePlatform, outputsOf, type Platform, type PlatformOptions } from "./platform";

/** A platform, and this process's environment as the commands of the delivery are to find it. */
export interface Delivery {
  readonly platform: Platform;
  /** What the commands have reported. */
  readonly said: string[];
  /** What the commands are told, as far as they have it in common: dev, and nothing out of the ordinary. */
  readonly options: Omit<ReleaseOptions, "outputs">;
  /** Gives the environment back, and removes everything. @throws AssertionError when a command left something behind */
  stop(): Promise<void>;
}

/** A platform whose remote is a repository of a simulated GitHub. */
export interface GitHubDelivery extends Delivery {
  readonly gitHub: RunningGitHub;
  readonly repository: SimulatedRepository;
  /** Commits to the protected main, as a merged pull request of somebody else would. */
  readonly commit: (message: string, files?: Readonly<Record<string, string>>) => string;
  /** Releases what an app's stack built of some commits. @param app mandelbrot, unless told otherwise */
  readonly release: (commits: readonly string[], more?: Partial<ReleaseOptions>, app?: string) => Promise<Proposal[]>;
}

/** The token that the simulated GitHub knows. */
export const token = "a-token-of-a-test";

/** Makes a platform on a remote that is not on GitHub, whose registries have every digest. */
export function startDelivery(options: PlatformOptions = {}): Delivery {
  const environment = { ...process.env };
  const platform = makePlatform(options);
  standInCrane(platform.folder);
  process.env.TMPDIR = path.join(platform.folder, "tmp");
  fs.mkdirSync(process.env.TMPDIR);
  const said: string[] = [];
  return {
    platform,
    said,
    options: {
      root: platform.root,
      env: "dev",
      autoMerge: false,
      allowOlder: false,
      signal: new AbortController().signal,
      report: (line) => said.push(line),
    },
    stop: () => {
      const left = leftovers();
      restoreEnvironment(environment);
      platform.remove();
      assert.deepEqual(left, [], "no temporary folder is left");
      return Promise.resolve();
    },
  };
}

/** Makes a platform on a simulated GitHub that protects `main`. */
export async function startGitHubDelivery(options: PlatformOptions = {}): Promise<GitHubDelivery> {
  const delivery = startDelivery({ ...options, remote: "github/example/trinity.git" });
  const { platform } = delivery;
  const gitHub = await startGitHub({ folder: path.join(platform.folder, "github"), token });
  const repository = await gitHub.repository("example", "trinity");
  repository.protect();
  platform.point(`${gitHub.server}/example/trinity.git`);
  Object.assign(process.env, { GITHUB_SERVER_URL: gitHub.server, GITHUB_API_URL: gitHub.api, GH_TOKEN: token });
  return {
    ...delivery,
    gitHub,
    repository,
    commit: (...what) => {
      repository.accept();
      const merged = repository.pulls.some(({ mergedAt }) => mergedAt !== undefined);
      if (merged) platform.git("pull", "--quiet", platform.remote, "main");
      const made = platform.commit(...what);
      repository.protect();
      return made;
    },
    release: (commits, more, app = "mandelbrot") =>
      release({ ...delivery.options, outputs: commits.map((commit) => outputsOf(app, commit)), ...more }),
    stop: async () => {
      await gitHub.stop();
      await delivery.stop();
    },
  };
}

/**
 * Puts a stand-in for `crane` before everything else on PATH, for this process: every registry has every digest, but those
 * that hold one of `absent`.
 *
 * @param fault what those say
 */
export function standInCrane(
  folder: string,
  absent: readonly string[] = [],
  fault = "MANIFEST_UNKNOWN: manifest unknown",
): void {
  const bin = path.join(folder, "bin");
  fs.mkdirSync(bin, { recursive: true });
  const missing = absent.map((part) => `*${part}*) echo "${fault}" >&2; exit 1 ;;\n`).join("");
  const script = `#!/bin/sh\ncase "$2" in\n${missing}esac\necho "\${2#*@}"\n`;
  fs.writeFileSync(path.join(bin, "crane"), script, { mode: 0o755 });
  process.env.PATH = `${bin}${path.delimiter}${process.env.PATH ?? ""}`;
}

/** Gives this process the environment that it had. In place, since libraries read the real one. */
export function restoreEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
}

/** Folders that the delivery has left in the temporary folder. */
export function leftovers(): string[] {
  return fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("trinity-delivery-"));
}
