import type { CloudName } from "../../infra/clouds";
import type { Cluster } from "./cluster";
import { type FleetOptions, withFleet } from "./fleet";
import { paths } from "./objects";
import { change, patches } from "./patches";
import { stateOf } from "./phase";

/** What became of one cluster. `nothing`: there was nothing to do. */
export interface Again {
  readonly cloud: CloudName;
  readonly status: "retried" | "restarted" | "nothing";
}

/**
 * Tries an aborted version once more, on every cluster at the same time.
 *
 * @throws ClusterError, before anything is changed when a cluster cannot be asked
 */
export async function retry(options: FleetOptions): Promise<Again[]> {
  return onAll(options, async (cluster) => {
    const before = await change(cluster, options.app, (now) => (stateOf(now).aborted ? [patches.retry] : []));
    return stateOf(before).aborted ? "retried" : "nothing";
  });
}

/** Makes an app's pods anew, as gently as its Rollout says, on every cluster. @throws as {@link retry} */
export async function restart(options: FleetOptions): Promise<Again[]> {
  const patch = patches.restart(new Date());
  return onAll(options, async (cluster) => {
    await change(cluster, options.app, () => [patch]);
    return "restarted";
  });
}

async function onAll(options: FleetOptions, work: (cluster: Cluster) => Promise<Again["status"]>): Promise<Again[]> {
  return withFleet(options, async (clusters) => {
    await Promise.all(clusters.map((cluster) => cluster.get(paths.rollout(options.app))));
    return Promise.all(clusters.map(async (cluster) => ({ cloud: cluster.cloud, status: await work(cluster) })));
  });
}
