import type { Cluster } from "./cluster";
import { type Rollout, paths } from "./objects";

/** A merge patch of a Rollout: of its `spec`, or of its subresource `status`. */
export type Patch = { readonly spec: object } | { readonly status: object };

/**
 * What each operation changes, as the kubectl plugin does it. `null` takes a field away.
 * Source: argo-rollouts pkg/kubectl-argo-rollouts/cmd/{promote,abort,retry,restart}
 *
 * One thing of the plugin's is left out: promoting what is not paused skips the step that it is at, an analysis for
 * instance. Here that is waited for; only {@link patches.promoteFull} skips.
 */
export const patches = {
  /** Ends a pause of the controller's: of a step, or before the switch from blue to green. */
  clearPause: { status: { pauseConditions: null } },
  /** Ends a pause of somebody's. */
  unpause: { spec: { paused: false } },
  promoteFull: { status: { promoteFull: true } },
  abort: { status: { abort: true } },
  retry: { status: { abort: false } },
  restart: (now: Date) => ({ spec: { restartAt: now.toISOString().replace(/\.\d+Z$/, "Z") } }),
} as const;

/** How often a Rollout is read anew because its controller was faster. */
const attempts = 10;

/**
 * Changes a Rollout by what is decided from it as it is now: if it changes in between, it is read and decided anew, so
 * that nobody promotes a version that has just come.
 *
 * @param decide gives the patches; none to leave it alone
 * @returns the Rollout as it was when that was decided
 * @throws ClusterError
 */
export async function change(
  cluster: Cluster,
  app: string,
  decide: (rollout: Rollout) => readonly Patch[] | Promise<readonly Patch[]>,
): Promise<Rollout> {
  const path = paths.rollout(app);
  for (let attempt = 1; ; attempt++) {
    const before = await cluster.get<Rollout>(path);
    try {
      let { resourceVersion } = before.metadata;
      for (const patch of await decide(before)) {
        const body = { metadata: { resourceVersion }, ...patch };
        const after = await cluster.patch<Rollout>("status" in patch ? `${path}/status` : path, body);
        ({ resourceVersion } = after.metadata);
      }
      return before;
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && "kind" in error && error.kind === "conflict";
}
