import type { CloudName } from "../../infra/clouds";
import { eventually } from "../clusters";
import type { Progress } from "../engine/operation";
import { environment } from "../run/stacks";
import { pageAddress, paintedBy } from "./page";
import type { RunningPod } from "./pods";
import type { Running } from "./prepare";
import { app, build, healthyOn, pausedOn, release, type Release, type Stage, sync, waitFor } from "./releases";
import { commitChange, versions } from "./versions";

/** What ran at one moment, read from the pods. */
export interface Scene {
  readonly title: string;
  readonly pods: readonly RunningPod[];
}

/** What a run on real clusters has shown so far. */
export interface Story {
  /** Why pods were only played; empty when they ran. */
  played: readonly string[];
  first?: Release;
  good?: Release;
  broken?: Release;
  readonly scenes: Scene[];
  /** Cloud to the address of its load balancer. */
  pages: Readonly<Partial<Record<CloudName, string>>>;
  /** Tiles of one picture by the cloud that painted them. */
  painted: Readonly<Record<string, number>>;
}

/** The repository, as somebody who works on the app has it. */
type Workplace = Pick<Running, "copy" | "gitHub">;

/**
 * Runs the app's first version in every cluster. The next one is made meanwhile, as a team goes on working: that is how
 * every version but the first comes about.
 */
export async function releaseFirst(
  stage: Stage,
  workplace: Workplace,
  story: Story,
  onProgress: Progress,
): Promise<void> {
  const made = await build(stage, onProgress);
  story.first = made;
  onProgress("the release's pull request, and Argo CD");
  await release(stage);
  const running = waitFor(stage, `running ${made.digest}`, healthyOn(made.digest));
  const [pods, next] = await both(running, makeVersion(stage, workplace, "good", onProgress));
  story.scenes.push({ title: `${made.tag} is released`, pods });
  story.good = next;
}

/** Asks every cloud's page for a picture, until all have painted a part of it. */
export async function showPage({ fleet, signal }: Stage, story: Story): Promise<void> {
  const clouds = fleet.clusters.map(({ plane }) => plane.cloud);
  for (const { plane } of fleet.clusters) {
    let problem = "has no load balancer";
    const look = async () => {
      const address = await pageAddress(plane, app);
      if (address === undefined) return false;
      story.pages = { ...story.pages, [plane.cloud]: address };
      const painted = await paintedBy(address).catch((error: unknown) => {
        problem = String(error);
        return new Map<string, number>();
      });
      if (painted.size > 0) problem = `was painted by ${[...painted.keys()].join(", ")} only`;
      story.painted = Object.fromEntries(painted);
      return clouds.every((cloud) => painted.has(cloud));
    };
    await eventually({ signal }, () => `The page of ${plane.cloud} ${problem}`, look, 300);
  }
}

/** Releases a good version: every cluster stops with a canary, then one after the other is promoted. */
export async function releaseGood(
  stage: Stage,
  workplace: Workplace,
  story: Story,
  onProgress: Progress,
): Promise<void> {
  const made = known(story, "good");
  onProgress("the release's pull request, and Argo CD");
  await release(stage);
  await showCanaries(stage, story, made);
  onProgress("promoting cloud after cloud");
  const promoting = stage.trinity(["rollout", "promote", ...fleetFlags(stage), "--soak", "3"]);
  [, story.broken] = await both(promoting, makeVersion(stage, workplace, "broken", onProgress));
  const promoted = await waitFor(stage, `running ${made.digest}`, healthyOn(made.digest));
  story.scenes.push({ title: `${made.tag} is promoted, cloud after cloud`, pods: promoted });
}

/**
 * Releases a version that never becomes ready: its analysis fails, and everything goes back. A played pod is always ready,
 * so that where pods are played the version is given up as a canary.
 */
export async function releaseBroken(stage: Stage, story: Story, onProgress: Progress): Promise<void> {
  const good = known(story, "good");
  const made = known(story, "broken");
  onProgress("the release's pull request, and Argo CD");
  await release(stage);
  if (story.played.length === 0) {
    onProgress("waiting for the analysis to fail");
    await showFailure(stage, story, made);
  } else {
    await showCanaries(stage, story, made);
  }
  onProgress("aborting, and taking the release back in Git");
  await stage.trinity(["rollout", "abort", ...fleetFlags(stage), "--auto-merge"]);
  await sync(stage);
  const back = await waitFor(stage, `back on ${good.digest}`, healthyOn(good.digest));
  story.scenes.push({ title: `aborted and reverted: back on ${good.tag}`, pods: back });
}

/** Changes the app, has that merged, and builds it. */
async function makeVersion(
  stage: Stage,
  { copy, gitHub }: Workplace,
  name: keyof typeof versions,
  onProgress: Progress,
): Promise<Release> {
  await commitChange(copy, app, versions[name]);
  await gitHub.merge(copy, `change/${name}`, versions[name].title);
  return build(stage, onProgress);
}

/** A version that was made before. @throws Error when it was not */
function known(story: Story, name: "good" | "broken"): Release {
  const release = story[name];
  if (release === undefined) throw new Error(`the ${name} version has not been made`);
  return release;
}

/** Waits for two works at the same time, until both have ended. @throws the first one's failure, or the other's */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  const outcomes = await Promise.allSettled([first, second]);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return [await first, await second];
}

async function showCanaries(stage: Stage, story: Story, { tag, digest }: Release): Promise<void> {
  const pods = await waitFor(stage, `paused with a canary of ${digest}`, pausedOn(digest));
  story.scenes.push({ title: `${tag} is a canary in every cloud`, pods });
}

async function showFailure(stage: Stage, story: Story, { tag, digest }: Release): Promise<void> {
  const started = await waitFor(stage, `trying ${digest}`, (_, pods) =>
    pods.some((pod) => !pod.ready && pod.digest === digest),
  );
  story.scenes.push({ title: `${tag} is broken: its canaries are never ready`, pods: started });
  const failed = await waitFor(stage, `Degraded by ${digest}`, (state) => state.phase === "Degraded");
  story.scenes.push({ title: "its analysis has failed, in every cloud", pods: failed });
}

function fleetFlags({ fleet }: Stage): string[] {
  return ["--app", app, "--env", environment, "--kubeconfigs", fleet.kubeconfigs];
}
