import type { CloudName } from "../../infra/clouds";
import type { Proposal } from "../change";
import { messageOf } from "../failure";
import { revert } from "../revert";
import type { Cluster } from "./cluster";
import { type FleetOptions, type Outcome, onEachCloud } from "./fleet";
import type { Rollout } from "./objects";
import { change, patches } from "./patches";
import { isObserved, type RolloutState, stateOf } from "./phase";
import { until } from "./wait";

/** How a version is taken back. */
export interface TakeBackOptions extends FleetOptions {
  /** `abort`: a version that is still on its way. `undo`: also one that has become stable. */
  readonly what: "abort" | "undo";
  /** Merge the revert as soon as the repository's rules allow. */
  readonly autoMerge: boolean;
}

/** Longest time that a controller may take to see a new version, in seconds. */
const patience = 30;

/** What became of one cluster. */
export interface TakenBack {
  readonly cloud: CloudName;
  /**
   * `aborted`: its old pods take all requests again. `stable`: nothing was on its way; only Git can take it back. `first`:
   * there is no version before it. `unreached`: nobody knows.
   */
  readonly status: "aborted" | "stable" | "first" | "unreached";
  /** Tag of the version that the cluster is to run. */
  readonly tag?: string;
  readonly why?: string;
}

/** What became of a fleet, and of Git. */
export interface FleetTakenBack {
  readonly app: string;
  readonly env: string;
  readonly clouds: readonly TakenBack[];
  /** The reverts, one for each repository. */
  readonly proposals: readonly Proposal[];
  /** Why there is no revert; the clusters are as `clouds` says all the same. */
  readonly fault?: Error;
}

/**
 * Takes a version back: aborts what is on its way, on every cluster at the same time, and proposes the revert, since Argo
 * CD would bring the version back otherwise. A Rollout's template is never changed: Git is the truth.
 *
 * @throws InputError before anything is changed, for an app, an environment or a kubeconfig that does not exist
 */
export async function takeBack(options: TakeBackOptions): Promise<FleetTakenBack> {
  const { app, env, what, report } = options;
  const outcomes = await onEachCloud(options, (cluster) => abort(cluster, app));
  const clouds = outcomes.map(describe);
  for (const { cloud, status, why } of clouds) report(`${cloud}: ${status}${why === undefined ? "" : `: ${why}`}`);
  const bad = badTags(clouds, what);
  try {
    return { app, env, clouds, proposals: bad.length === 0 ? [] : await revert({ ...options, bad }) };
  } catch (error) {
    options.signal.throwIfAborted();
    const fault = error instanceof Error ? error : new Error(String(error));
    return { app, env, clouds, proposals: [], fault };
  }
}

/** Aborts what is on its way; what is not is left alone. */
async function abort(cluster: Cluster, app: string): Promise<RolloutState> {
  const isUnderWay = ({ stable, first }: RolloutState) => !stable && !first;
  const rollout = await until(
    { seconds: patience, signal: cluster.signal },
    async () => {
      const before = await change(cluster, app, (now: Rollout) => {
        const state = stateOf(now);
        return isObserved(now) && isUnderWay(state) && !state.aborted ? [patches.abort] : [];
      });
      // A version that has just been synced looks stable: the status is that of the one before.
      return isObserved(before) ? before : "not seen";
    },
    () =>
      new Error(
        `the Rollouts controller of cluster ${cluster.name} has not seen the newest version within ${patience} s, so that ` +
          `nobody knows whether it is on its way. Is the controller up?`,
      ),
  );
  const state = stateOf(rollout);
  return { ...state, aborted: isUnderWay(state) };
}

function describe(outcome: Outcome<RolloutState>): TakenBack {
  const { cloud } = outcome;
  if ("error" in outcome) return { cloud, status: "unreached", why: messageOf(outcome.error) };
  const { aborted, first, desired } = outcome.result;
  return { cloud, status: aborted ? "aborted" : first ? "first" : "stable", tag: desired.tag };
}

/**
 * Tags to take out of Git: only what some cluster has told. Whatever Git names would be another version with each try, and
 * a stable one where nothing is on its way.
 */
function badTags(clouds: readonly TakenBack[], what: "abort" | "undo"): string[] {
  const tags = clouds.filter(({ status }) => what === "undo" || status === "aborted").map(({ tag }) => tag);
  return [...new Set(tags.filter((tag) => tag !== undefined))];
}
