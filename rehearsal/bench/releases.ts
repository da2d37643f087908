import path from "node:path";
import { z } from "zod";
import { renderOverlays } from "../../delivery/kustomize";
import { overlayFile } from "../../delivery/overlay";
import { cloudNames } from "../../infra/clouds";
import { startGitHub } from "../github";
import { homePaths } from "../paths";
import type { Registries } from "../registry";
import { loadExeca } from "../tools/execa";
import { openWorkshop } from "../workshop";
import { imageDigest, startFilledRegistries } from "./images";
import { environments, manyApps } from "./many-apps";
import { median, type Print } from "./measure";
import { makeReleasedApps, type ReleasedApps } from "./released-apps";

/** The environment that is released to. */
const [env] = environments;

/** Apps that are released one by one; what is told is the median. */
const rounds = 5;

/** The simulated GitHub's. */
const token = "a-token-of-the-bench";

/** Longest time that one command may take, in seconds: no goal, only so that the run ends. */
const patience = 300;

/**
 * Releases from a repository of many apps that are all released already, as somebody at a terminal or a CI job would: with
 * the real registry behind the played hosts, to a plain remote and to the simulated GitHub.
 *
 * @param folder where everything is kept
 */
export async function benchReleases(folder: string, signal: AbortSignal, print: Print): Promise<void> {
  const tools = await openWorkshop(signal).tools(["crane", "kustomize", "registry"], () => undefined);
  const gitHub = await startGitHub({ folder: path.join(folder, "github"), token });
  let registries: Registries | undefined;
  try {
    const repository = await gitHub.repository("example", "trinity");
    const many = await makeReleasedApps(folder, repository.folder);
    registries = await startFilledRegistries(
      homePaths(path.join(folder, "registries")),
      tools.registry,
      many.apps,
      env,
    );
    const bin = [tools.crane, tools.kustomize].map((tool) => path.dirname(tool));
    const environment = {
      ...registries.environment,
      PATH: [...bin, process.env.PATH ?? ""].join(path.delimiter),
      GH_TOKEN: token,
      GITHUB_SERVER_URL: gitHub.server,
      GITHUB_API_URL: gitHub.api,
    };
    const release = releaseIn(many.folder, environment, signal);
    await toPlainRemote(many, release, print);
    // The same remote, and from now on by another way.
    many.point(`${gitHub.server}/${repository.fullName}.git`);
    await toGitHub(many, release, print);
    await renderAll(many, tools.kustomize, signal, print);
  } finally {
    await registries?.stop();
    await gitHub.stop();
  }
}

/** Runs `trinity release` to its end. @returns seconds. @throws Error with its words unless it comes to what is wanted */
type Release = (args: readonly string[], wanted: "pushed" | "open" | "merged" | "nothing") => Promise<number>;

const result = z.object({ proposals: z.array(z.object({ status: z.string() })) });

/** `npm run trinity -- release` in the repository of many apps, from this repository's sources. */
function releaseIn(folder: string, environment: Readonly<Record<string, string>>, signal: AbortSignal): Release {
  return async (args, wanted) => {
    const { execa } = await loadExeca();
    const started = performance.now();
    const { exitCode, stdout, stderr } = await execa(
      "npm",
      ["run", "--silent", "trinity", "--", "release", ...args, "--env", env, "--json"],
      { cwd: folder, env: environment, reject: false, cancelSignal: signal, timeout: patience * 1000 },
    );
    const seconds = (performance.now() - started) / 1000;
    signal.throwIfAborted();
    const proposals = exitCode === 0 ? result.parse(JSON.parse(stdout)).proposals : [];
    const well = wanted === "nothing" ? exitCode === 2 : exitCode === 0;
    if (!well || proposals.some(({ status }) => status !== wanted)) {
      const said = stderr.split("\n").slice(-10).join("\n");
      throw new Error(`trinity release was to come to "${wanted}", and ended with ${exitCode ?? "a signal"}:\n${said}`);
    }
    return seconds;
  };
}

async function toPlainRemote(many: ReleasedApps, release: Release, print: Print): Promise<void> {
  const starts: number[] = [];
  // With nothing to release it starts, loads what every release needs, and ends.
  for (let round = 0; round < rounds; round += 1) starts.push(await release([], "nothing"));
  const start = median(starts, Number);
  const one = await releaseOne(many, release, "pushed");
  print(`one app to a plain remote: ${told(one, 2)}, of which ${start.toFixed(1)} s go by before it begins`);
  print(`all ${manyApps} by one command: ${told(await releaseAll(many, release, "pushed"), 60)}`);
}

async function toGitHub(many: ReleasedApps, release: Release, print: Print): Promise<void> {
  print(`one app by a pull request on the simulated GitHub: ${told(await releaseOne(many, release, "open"), 2)}`);
  // Merged first: the others' pull requests would be in the way of these.
  const merged = await releaseAll(many, release, "merged");
  print(`all ${manyApps} by one command: ${told(await releaseAll(many, release, "open"), 60)}`);
  print(`all ${manyApps} by one command, and merged by it: ${merged.toFixed(1)} s`);
}

function told(seconds: number, goal: number): string {
  return `${seconds.toFixed(1)} s (goal ${goal})`;
}

/** Several apps one by one. @returns the median's seconds */
async function releaseOne(many: ReleasedApps, release: Release, wanted: "pushed" | "open"): Promise<number> {
  const outputs = await many.build(env, imageDigest);
  const seconds: number[] = [];
  for (const app of many.apps.slice(0, rounds)) {
    seconds.push(await release(["--app", app, "--stack-outputs", outputs], wanted));
  }
  return median(seconds, Number);
}

async function releaseAll(many: ReleasedApps, release: Release, wanted: "pushed" | "open" | "merged"): Promise<number> {
  const outputs = await many.build(env, imageDigest);
  const autoMerge = wanted === "merged" ? ["--auto-merge"] : [];
  return release(["--app", ...many.apps, "--stack-outputs", outputs, ...autoMerge], wanted);
}

async function renderAll(
  { folder, apps }: ReleasedApps,
  kustomize: string,
  signal: AbortSignal,
  print: Print,
): Promise<void> {
  const overlays = environments.flatMap((one) =>
    apps.flatMap((app) => cloudNames.map((cloud) => ({ app, file: overlayFile(app, one, cloud) }))),
  );
  const started = performance.now();
  await renderOverlays(kustomize, overlays, folder, signal);
  const seconds = (performance.now() - started) / 1000;
  print(`rendering all ${overlays.length} overlays: ${seconds.toFixed(1)} s`);
}
