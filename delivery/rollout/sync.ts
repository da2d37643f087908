import type { CloudName } from "../../infra/clouds";
import { gitEnvironment } from "../git/git";
import { findBranch } from "../git/repository";
import { readAccessTo } from "../host/address";
import { type Location, readCloudSettings } from "../settings";
import type { Cluster } from "./cluster";
import { type FleetOptions, withFleet } from "./fleet";
import { type Application, type Metadata, paths } from "./objects";
import { until } from "./wait";

/** What is brought up to date with Git. */
export interface SyncOptions extends FleetOptions {
  /** Longest time for a cloud, in seconds. */
  readonly timeout: number;
}

/** What a cluster's Argo CD has applied. */
export interface Synced {
  readonly cloud: CloudName;
  readonly cluster: string;
  /** Commit at the tip of the branch that Argo CD reads. */
  readonly revision: string;
}

/** Annotations that make Argo CD look at Git at once; it takes them off when it has (argo-cd docs/operator-manual). */
const refresh = { metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } };
const refreshSet = { metadata: { annotations: { "argocd.argoproj.io/application-set-refresh": "true" } } };

/** How long a branch's commit is taken for the newest, in milliseconds. */
const stale = 5000;

/** How often Argo CD is asked again to compare after it failed to: Git may not have answered it. */
const comparisons = 3;

/**
 * Asks every cloud's Argo CD to look at Git now, at the same time, and waits until it has applied what is there.
 *
 * @throws InputError before anything is asked, for a kubeconfig or a branch that is not there
 * @throws Error naming the cloud, when one of them cannot apply it, or not in time
 */
export async function sync(options: SyncOptions): Promise<Synced[]> {
  const { app, env, report } = options;
  return withFleet(options, async (clusters) => {
    const heads = branchHeads(options.signal);
    const locations = clusters.map(({ cloud }) => readCloudSettings(options.root, env, cloud).gitops);
    // All of them can be asked, before one is.
    await Promise.all([
      ...clusters.map((cluster) => cluster.find(paths.application(app))),
      ...locations.map((location) => heads(location)),
    ]);
    const synced = await Promise.allSettled(
      clusters.map(async (cluster) => {
        const { gitops } = readCloudSettings(options.root, env, cluster.cloud);
        const revision = await syncOne(cluster, (again) => heads(gitops, again), options);
        report(`${cluster.cloud}: Argo CD has applied ${revision.slice(0, 7)}.`);
        return { cloud: cluster.cloud, cluster: cluster.name, revision };
      }),
    );
    options.signal.throwIfAborted();
    const faults = synced.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
    if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join("\n"), { cause: faults[0] });
    return synced.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  });
}

async function syncOne(
  cluster: Cluster,
  headOf: (again: boolean) => Promise<string>,
  options: SyncOptions,
): Promise<string> {
  const { app, env, timeout: seconds, signal } = options;
  const path = paths.application(app);
  // A namespace or project may have come with the same commit.
  if ((await cluster.find(paths.application("tenants"))) !== undefined) {
    await cluster.patch(paths.application("tenants"), refresh);
  }
  if ((await cluster.find(path)) === undefined) {
    if ((await cluster.find(paths.applicationSet("apps"))) === undefined) {
      throw new Error(
        `${cluster.cloud}: cluster ${cluster.name} has neither the Application ${app} nor the ApplicationSet apps, which ` +
          `makes it. Has the root Application been synced (\`kubectl -n argocd get applications\`)?`,
      );
    }
    await cluster.patch(paths.applicationSet("apps"), refreshSet);
  }
  let asked = false;
  let behind = false;
  let failed = 0;
  const { revision } = await until(
    { seconds, signal },
    async () => {
      const application = await cluster.find<Application>(path);
      if (application === undefined) {
        return `there is no Application ${app} yet: is its release to ${env} merged, and its digest in the overlay?`;
      }
      if (!asked) {
        await cluster.patch(path, refresh);
        asked = true;
        return "it has just been asked to compare";
      }
      const head = await headOf(behind);
      const progress = syncProgress(application, head);
      behind = progress.is === "behind";
      if (progress.is === "synced") return { revision: head };
      if (progress.is === "failed" || (progress.is === "not compared" && ++failed > comparisons)) {
        throw new Error(`${cluster.cloud}: Argo CD of cluster ${cluster.name} cannot apply ${app}: ${progress.why}`);
      }
      asked = progress.is === "waiting";
      return progress.why;
    },
    (why) => new Error(`${cluster.cloud}: Argo CD of cluster ${cluster.name}, after ${seconds} s: ${why}`),
  );
  return revision;
}

/** How far Argo CD has come with an Application that it was asked to compare. */
export interface SyncProgress {
  /** `behind`, `not compared`: it has to be asked once more. */
  readonly is: "synced" | "waiting" | "behind" | "not compared" | "failed";
  readonly why: string;
}

/** @param head commit that it is to apply */
export function syncProgress(application: Application, head: string): SyncProgress {
  const { metadata, operation, status = {} } = application;
  const { sync: { status: is, revision } = { status: "Unknown" }, operationState, conditions = [] } = status;
  if (isAsked(metadata)) return { is: "waiting", why: "it has not compared with Git yet" };
  const fault = conditions.find(({ type }) => type === "ComparisonError" || type === "InvalidSpecError");
  if (fault !== undefined) return { is: "not compared", why: `${fault.type}: ${fault.message}` };
  if (revision !== head) {
    return { is: "behind", why: `it has compared with ${revision ?? "nothing"}, but the branch is at ${head}` };
  }
  const { phase, message = "", syncResult } = operationState ?? {};
  if (operation !== undefined || phase === "Running" || phase === "Terminating") {
    return { is: "waiting", why: `it is applying ${head}: ${message}` };
  }
  // It tries a commit that it could not apply no more by itself.
  if ((phase === "Failed" || phase === "Error") && syncResult?.revision === head) {
    return { is: "failed", why: `the sync of ${head} is ${phase}: ${message}` };
  }
  return is === "Synced"
    ? { is: "synced", why: "" }
    : {
        is: "waiting",
        why: `it is ${is}: \`kubectl -n argocd describe application ${metadata.name}\` says what differs`,
      };
}

function isAsked({ annotations = {} }: Metadata): boolean {
  return annotations["argocd.argoproj.io/refresh"] !== undefined;
}

/**
 * Gives the commits at the tips of branches: asks each repository once for all clouds, and anew only now and then, where
 * Argo CD knows another one, since the branch may have moved. A fault then keeps what is known.
 */
function branchHeads(signal: AbortSignal): (location: Location, again?: boolean) => Promise<string> {
  const known = new Map<string, { readonly head: Promise<string>; readonly at: number }>();
  return (location, again = false) => {
    const key = JSON.stringify(location);
    const last = known.get(key);
    if (last !== undefined && !(again && Date.now() - last.at > stale)) return last.head;
    const env = gitEnvironment(undefined, readAccessTo(location));
    const asked = findBranch(location, env, signal).then(({ head }) => head);
    const head = last === undefined ? asked : asked.catch(() => last.head);
    known.set(key, { head, at: Date.now() });
    return head;
  };
}
