import path from "node:path";
import { z } from "zod";
import type { CloudName } from "../../infra/clouds";
import { eventually } from "../clusters";
import type { EngineHome } from "../engine/home";
import type { Progress } from "../engine/operation";
import { appSettings } from "../run/services";
import { environment, raiseApp, stackNames } from "../run/stacks";
import type { Services } from "../services";
import type { Fleet, FleetCluster } from "./clusters";
import { podsOf, type RunningPod } from "./pods";
import type { Trinity } from "./trinity";

/** The app that is released. */
export const app = "mandelbrot";

/** What everything in a story of releases needs. */
export interface Stage {
  readonly home: EngineHome;
  readonly services: Services;
  readonly fleet: Fleet;
  readonly trinity: Trinity;
  readonly signal: AbortSignal;
}

/** A version that was released. */
export interface Release {
  readonly tag: string;
  readonly digest: string;
}

/** Builds what the working copy holds, and pushes it to every registry. */
export async function build({ home, services, signal }: Stage, onProgress: Progress): Promise<Release> {
  const { outputs } = await raiseApp(home, app, {
    settings: await appSettings(home, services, app),
    environment: services.environment,
    served: (reference) => services.manifest(reference),
    onProgress,
    signal,
  });
  return { tag: outputs.tag, digest: outputs.digest };
}

/** Has the last build's pull request merged, and every Argo CD apply it. */
export async function release(stage: Stage): Promise<void> {
  const file = path.join(stage.home.paths.outputs, `${stackNames.app(app)}.json`);
  await stage.trinity(["release", "--env", environment, "--outputs", file, "--auto-merge"]);
  await sync(stage);
}

/** Has every Argo CD look at Git now. */
export async function sync({ fleet, trinity }: Stage): Promise<void> {
  await trinity(["rollout", "sync", "--app", app, "--env", environment, "--kubeconfigs", fleet.kubeconfigs]);
}

const rolloutShape = z.object({
  status: z
    .object({
      phase: z.string().default(""),
      message: z.string().default(""),
      currentStepIndex: z.number().optional(),
      abort: z.boolean().default(false),
    })
    .default({ phase: "", message: "", abort: false }),
});

export type RolloutState = z.infer<typeof rolloutShape>["status"];

/** What Argo Rollouts says of the app in a cluster; undefined while it knows none. */
export async function rolloutIn({ plane }: FleetCluster): Promise<RolloutState | undefined> {
  const page = `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts/${app}`;
  const found = await plane.api.get(page).catch(() => undefined);
  return found === undefined ? undefined : rolloutShape.parse(found).status;
}

/**
 * Waits until the app is in some state in every cluster, pods included.
 *
 * @param what for errors, for instance `Healthy on sha256:…`
 * @throws Error naming the clusters that are not there, with what they say
 */
export async function waitFor(
  { fleet, signal }: Stage,
  what: string,
  holds: (state: RolloutState, pods: readonly RunningPod[]) => boolean,
  seconds = 300,
): Promise<RunningPod[]> {
  const looks = new Map<CloudName, { readonly state?: RolloutState; readonly pods: readonly RunningPod[] }>();
  const problem = () =>
    [...looks]
      .filter(([, { state, pods }]) => state === undefined || !holds(state, pods))
      .map(([cloud, { state, pods }]) => {
        const told = pods.map(
          ({ name, phase, ready, digest }) => `${name} ${phase} ${String(ready)} ${digest.slice(0, 19)}`,
        );
        return `${cloud} is not ${what}: ${state?.phase ?? "no rollout"} ${state?.message ?? ""} [${told.join(", ")}]`;
      })
      .join("\n");
  await eventually(
    { signal },
    problem,
    async () => {
      const there = await Promise.all(
        fleet.clusters.map(async (cluster) => {
          const [state, pods] = await Promise.all([
            rolloutIn(cluster),
            podsOf(cluster.plane, app, fleet.played.length > 0),
          ]);
          looks.set(cluster.plane.cloud, { state, pods });
          return state !== undefined && holds(state, pods);
        }),
      );
      return there.every(Boolean);
    },
    seconds,
  );
  return fleet.clusters.flatMap(({ plane }) => looks.get(plane.cloud)?.pods ?? []);
}

/** Whether a rollout is through, and every pod runs one digest. */
export function healthyOn(digest: string) {
  return (state: RolloutState, pods: readonly RunningPod[]): boolean =>
    state.phase === "Healthy" && pods.length > 0 && pods.every((pod) => pod.ready && pod.digest === digest);
}

/** Whether a rollout waits to be promoted, with a pod of a digest beside the others. */
export function pausedOn(digest: string) {
  return (state: RolloutState, pods: readonly RunningPod[]): boolean =>
    state.phase === "Paused" && pods.some((pod) => pod.ready && pod.digest === digest);
}
