import { Listr } from "listr2";
import type { CloudName } from "../../infra/clouds";
import { assertCanBuild } from "../buildkit/privilege";
import type { HomePaths } from "../paths";
import { refuseLeftovers, takeDown } from "../run/destroy";
import { raiseCloud, stackNames } from "../run/stacks";
import { into, runSteps, step, stepOptions } from "../run/steps";
import type { Workshop } from "../workshop";
import { end, makeSecret, prepare, type Running, shareSecret } from "./prepare";
import { app, type Stage } from "./releases";
import { releaseBroken, releaseFirst, releaseGood, showPage, type Story } from "./story";
import { trinityIn } from "./trinity";

export interface FleetRunOptions {
  readonly clouds: readonly CloudName[];
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly silent: boolean;
  /** Called when everything has been shown, and before it is taken down. @default nothing is waited for */
  readonly whileUp?: (running: Running, story: Story) => Promise<void>;
}

/**
 * The whole platform on real clusters: brings it up, releases three versions of the app by pull requests, the last of
 * which fails and is taken back, and takes everything down. It begins from nothing, and leaves nothing.
 *
 * @throws the first errors; everything that was started has been ended
 */
export async function runFleet(workshop: Workshop, paths: HomePaths, options: FleetRunOptions): Promise<Story> {
  assertCanBuild();
  const running: Partial<Running> = {};
  const story: Story = { played: [], scenes: [], pages: {}, painted: {} };
  try {
    await runSteps(showSteps(workshop, paths, running, story, options));
    await options.whileUp?.(started(running), story);
    // Ctrl-C while it is kept up is the wish to take it down, which then goes on to its end.
    const signal = options.signal.aborted ? new AbortController().signal : options.signal;
    await runSteps(downSteps(started(running), { ...options, signal }));
    return story;
  } finally {
    await end(running);
  }
}

function showSteps(
  workshop: Workshop,
  paths: HomePaths,
  running: Partial<Running>,
  story: Story,
  { clouds, signal, silent }: FleetRunOptions,
): Listr {
  const secret = makeSecret();
  const stage = (): Stage => {
    const { home, services, fleet, copy, gitHub } = started(running);
    const trinity = trinityIn(copy.folder, { ...services.environment, ...gitHub.environment }, signal);
    return { home, services, fleet, trinity, signal };
  };
  const failed = () => (steps.errors ?? []).length > 0 && "something before it failed";
  const steps: Listr = new Listr(
    [
      step("Tools, GitHub, registries, builder, control planes", async (shown) => {
        await prepare(workshop, paths, running, { clouds, signal, onProgress: into(shown) });
        story.played = started(running).fleet.played;
      }),
      {
        title: "Clouds and their clusters",
        task: (_, task) => {
          const { home, services, fleet } = started(running);
          const work = fleet.clusters.flatMap((cluster) => [
            step(`pulumi up ${stackNames.cloud(cluster.plane.cloud)}, and what its Argo CD brings`, async (shown) => {
              await raiseCloud(home, cluster.plane.cloud, { onProgress: into(shown), signal });
              await fleet.startAddOns(cluster, services, into(shown));
              await shareSecret(cluster, secret, signal);
            }),
            step(`A node for ${cluster.plane.name}`, (shown) => fleet.startNode(cluster, services, into(shown))),
          ]);
          return task.newListr(work, { concurrent: true, exitOnError: false });
        },
      },
      step(`Release ${app}`, (shown) => releaseFirst(stage(), started(running), story, into(shown)), failed),
      step(
        "Its page, painted by all clouds",
        () => showPage(stage(), story),
        () => failed() || (story.played.length > 0 && "no pod runs"),
      ),
      step(
        "Release a good version: a canary everywhere, then promoted cloud after cloud",
        (shown) => releaseGood(stage(), started(running), story, into(shown)),
        failed,
      ),
      step(
        "Release a broken version: its analysis fails, abort, revert",
        (shown) => releaseBroken(stage(), story, into(shown)),
        failed,
      ),
    ],
    stepOptions(silent),
  );
  return steps;
}

/** Takes everything down while Argo CD still runs, which empties the clusters first. */
function downSteps({ home, services }: Running, { clouds, signal, silent }: FleetRunOptions): Listr {
  const failed = () => (steps.errors ?? []).length > 0 && "something before it failed";
  const steps: Listr = new Listr(
    [
      step(`pulumi destroy ${stackNames.app(app)}`, (shown) =>
        takeDown(home, stackNames.app(app), services.environment, signal, into(shown)),
      ),
      {
        title: "Clouds",
        skip: failed,
        task: (_, task) =>
          task.newListr(
            clouds.map((cloud) =>
              step(`pulumi destroy ${stackNames.cloud(cloud)}`, (shown) =>
                takeDown(home, stackNames.cloud(cloud), {}, signal, into(shown)),
              ),
            ),
            { concurrent: true, exitOnError: false },
          ),
      },
      step(
        "Nothing is left",
        () => {
          refuseLeftovers(home, clouds);
          return Promise.resolve();
        },
        failed,
      ),
    ],
    stepOptions(silent),
  );
  return steps;
}

/** What a step needs is there, or the step before it has failed. */
function started(running: Partial<Running>): Running {
  const missing = (["home", "copy", "gitHub", "services", "fleet"] as const).filter(
    (part) => running[part] === undefined,
  );
  if (missing.length > 0) {
    throw new Error(`a step began before there was ${missing.join(", ")}`);
  }
  return running as Running;
}
