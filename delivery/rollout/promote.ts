import type { CloudName } from "../../infra/clouds";
import { messageOf, RefusedError } from "../failure";
import { type Cluster, notYet } from "./cluster";
import { type FleetOptions, withFleet } from "./fleet";
import { decide, type Decision, judge } from "./gate";
import { type Application, paths, type Rollout } from "./objects";
import { change, type Patch, patches } from "./patches";
import { stateOf } from "./phase";
import { readAnalyses } from "./status";
import { sameVersion, shortVersion, type Version } from "./version";
import { until } from "./wait";

/** How a fleet is promoted. */
export interface PromoteOptions extends FleetOptions {
  /** Skip the steps and pauses that are left in each cloud. The order of the clouds stays, and so does the gate. */
  readonly full: boolean;
  /** Whether the next cloud follows by itself, or this ends after one cloud. */
  readonly gate: "automatic" | "manual";
  /** How long a cloud has to stay well before the next one's turn, in seconds. */
  readonly soak: number;
  /** Longest time for a cloud, in seconds; the soak comes on top. */
  readonly timeout: number;
}

/** What became of one cloud. */
export interface Promotion {
  readonly cloud: CloudName;
  /**
   * `healthy`: it has the version now. `already`: it had it. `paused`: at a further step. `failed`: it stopped the fleet.
   * `waiting`: its turn has not come, and nothing of it was changed.
   */
  readonly status: "healthy" | "already" | "paused" | "failed" | "waiting";
  /** Why it failed or is paused. */
  readonly why?: string;
}

/** What became of a fleet. */
export interface FleetPromotion {
  readonly app: string;
  readonly env: string;
  readonly version: Version;
  readonly clouds: readonly Promotion[];
}

/**
 * Promotes one cloud after the other. Each has to become healthy with the new version, and to stay so, before the next
 * one's turn: what stops one stops the rest.
 *
 * @throws ClusterError when a cluster cannot be asked, RefusedError when they are not to run the same version; nothing was
 * changed then
 */
export async function promoteFleet(options: PromoteOptions): Promise<FleetPromotion> {
  const { app, env, report } = options;
  return withFleet(options, async (clusters) => {
    const version = await commonVersion(clusters, options);
    report(`${app} ${env}: ${shortVersion(version)}, to ${clusters.map(({ cloud }) => cloud).join(", then ")}.`);
    const done: Promotion[] = [];
    for (const cluster of clusters) {
      if (!mayFollow(done, options)) {
        done.push({ cloud: cluster.cloud, status: "waiting" });
        continue;
      }
      const promotion = await promoteOne(cluster, version, options);
      done.push(promotion);
      report(`${promotion.cloud}: ${promotion.status}${promotion.why === undefined ? "" : `: ${promotion.why}`}`);
    }
    return { app, env, version, clouds: done };
  });
}

/** Whether the clouds before let the next one have its turn. */
function mayFollow(done: readonly Promotion[], { gate }: PromoteOptions): boolean {
  return done.every(({ status }) => status === "already" || (status === "healthy" && gate === "automatic"));
}

/** The one version that all clouds are to run. */
async function commonVersion(clusters: readonly Cluster[], { app, env }: PromoteOptions): Promise<Version> {
  const wanted = await Promise.all(
    clusters.map(async (cluster) => {
      const rollout = await cluster.find<Rollout>(paths.rollout(app));
      if (rollout === undefined) {
        throw new RefusedError(
          `${cluster.cloud}: cluster ${cluster.name} has no Rollout ${app}/${app}. Release the app to ${env}, then run ` +
            `\`trinity rollout sync\`.`,
        );
      }
      return { cloud: cluster.cloud, version: stateOf(rollout).desired };
    }),
  );
  const [first, ...others] = wanted;
  if (first === undefined || others.some(({ version }) => !sameVersion(version, first.version))) {
    const list = wanted.map(({ cloud, version }) => `${cloud}: ${shortVersion(version)}`).join(", ");
    throw new RefusedError(
      `The clouds of "${app}" in ${env} are not to run the same version (${list}), so it is not clear what to promote. ` +
        `Run \`trinity rollout sync\` once the release is merged for all of them, or choose with --clouds.`,
    );
  }
  return first.version;
}

async function promoteOne(cluster: Cluster, version: Version, options: PromoteOptions): Promise<Promotion> {
  const { cloud } = cluster;
  try {
    const already = await begin(cluster, version, options);
    const passed = await passGate(cluster, version, already ? { ...options, soak: 0 } : options);
    return { cloud, ...passed, ...(already && passed.status === "healthy" ? { status: "already" } : {}) };
  } catch (error) {
    options.signal.throwIfAborted();
    return { cloud, status: "failed", why: messageOf(error) };
  }
}

/** Waits until a Rollout can be promoted, and does. @returns whether it had the version to begin with */
async function begin(cluster: Cluster, version: Version, options: PromoteOptions): Promise<boolean> {
  const { app, full, timeout: seconds, signal } = options;
  let looks = 0;
  let tried = false;
  const look = async () => {
    // The server did not answer, but may have done it: once more could end the next pause, too. The gate tells.
    if (tried) return { already: false };
    looks++;
    let decision = { do: "skip" } as Decision;
    await change(cluster, app, async (now) => {
      const state = stateOf(now);
      decision = decide({ state, analyses: await readAnalyses(cluster, app, state), target: version, full });
      if (decision.do === "refuse") throw new RefusedError(decision.why);
      tried = decision.do === "promote";
      return tried ? promotion(now, full) : [];
    });
    return decision.do === "wait" ? decision.why : { already: decision.do === "skip" && looks === 1 };
  };
  const { already } = await until(
    { seconds, signal },
    () => look().catch(notYet),
    (why) => new Error(`not to be promoted within ${seconds} s: ${why}`),
  );
  return already;
}

function promotion({ spec, status = {} }: Rollout, full: boolean): Patch[] {
  if (full) return [patches.promoteFull];
  return [
    ...((status.pauseConditions ?? []).length > 0 ? [patches.clearPause] : []),
    ...(spec.paused === true ? [patches.unpause] : []),
  ];
}

/** Waits until a cloud is well, and has been for the soak time. */
async function passGate(
  cluster: Cluster,
  target: Version,
  { app, full, soak, timeout, signal }: PromoteOptions,
): Promise<Pick<Promotion, "status" | "why">> {
  let since: number | undefined;
  const look = async () => {
    const [rollout, application] = await Promise.all([
      cluster.get<Rollout>(paths.rollout(app)),
      cluster.find<Application>(paths.application(app)),
    ]);
    const state = stateOf(rollout);
    const analyses = await readAnalyses(cluster, app, state);
    const { is, why } = judge({ state, application, analyses, target, full });
    if (is === "failed") throw new Error(why);
    if (is === "paused") return { status: "paused", why } as const;
    if (is === "closed") {
      since = undefined;
      return why;
    }
    since ??= Date.now();
    return Date.now() - since >= soak * 1000
      ? ({ status: "healthy" } as const)
      : `it is well, but not yet for ${soak} s`;
  };
  return until(
    { seconds: timeout + soak, signal },
    () =>
      look().catch((error: unknown) => {
        since = undefined;
        return notYet(error);
      }),
    (why) => new Error(`not well within ${timeout} s: ${why}`),
  );
}
