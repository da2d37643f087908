import type { Cluster } from "../rollout/cluster";
import { until } from "../rollout/wait";

/** What the platform has made of an app in a cluster, in the order in which it goes, each with its patience in seconds. */
const belongings = [
  // First, or Argo CD would make anew what goes with the namespace.
  { kind: "Application", path: (app: string) => argoCd("applications", app), seconds: 60 },
  // Everything that runs, and the clouds' load balancers, which take minutes.
  { kind: "Namespace", path: (app: string) => `/api/v1/namespaces/${app}`, seconds: 900 },
  { kind: "AppProject", path: (app: string) => argoCd("appprojects", app), seconds: 60 },
] as const;

/** Longest time that Argo CD may take to look at Git, in seconds; by itself it does every three minutes. */
const gitPatience = 300;

/** A cluster, and what is needed to delete in it. */
export interface Target {
  /** Its stack, for instance `dev-aws`. */
  readonly stack: string;
  readonly cluster: Cluster;
  /** Whether the commit that Argo CD has read lacks the app's folder. */
  readonly isGoneIn: (commit: string) => Promise<boolean>;
  /** Time between two looks, in milliseconds. @default 1000 */
  readonly every?: number;
}

interface Found {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly status: string; readonly message: string }[];
    readonly sync?: { readonly revision?: string };
  };
}

/** Kinds of what a cluster still holds of an app. @throws ClusterError when it cannot be asked */
export async function heldBy({ cluster }: Target, app: string): Promise<string[]> {
  const found = await Promise.all(belongings.map(({ path }) => cluster.find<Found>(path(app))));
  return belongings.filter((_each, index) => found[index] !== undefined).map(({ kind }) => kind);
}

/**
 * Deletes what a cluster holds of an app, each after the one before is gone. What is not there is left out.
 *
 * @throws ClusterError or Error when something does not go; again goes on from there
 */
export async function removeFromCluster(target: Target, app: string): Promise<void> {
  await argoCdHasRead(target, app);
  for (const { kind, path, seconds } of belongings) {
    await remove(target, kind, path(app), seconds);
  }
  const again = await heldBy(target, app);
  if (again.length > 0) {
    throw new Error(
      `${target.stack}: somebody has made ${again.join(" and ")} ${app} anew. Run the same command again.`,
    );
  }
}

/** Until then it would make the app's namespace and Application anew (gitops/root/tenants.yaml, apps.yaml). */
async function argoCdHasRead({ stack, cluster, isGoneIn, every }: Target, app: string): Promise<void> {
  const tenants = argoCd("applications", "tenants");
  if ((await cluster.find(tenants)) === undefined) return;
  // https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/
  await cluster.patch(tenants, { metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } });
  await until(
    { seconds: gitPatience, signal: cluster.signal, every },
    async () => {
      const revision = (await cluster.find<Found>(tenants))?.status?.sync?.revision ?? "";
      return /^[0-9a-f]{40,64}$/.test(revision) && (await isGoneIn(revision)) ? {} : revision;
    },
    (revision) =>
      new Error(
        `${stack}: Argo CD has not read a commit without apps/${app} within ${gitPatience} s; its last is ` +
          `${revision || "none"}. Nothing was deleted there. See what the Application "tenants" says.`,
      ),
  );
}

async function remove(target: Target, kind: string, path: string, seconds: number): Promise<void> {
  const { stack, cluster, every } = target;
  const found = await cluster.find<Found>(path);
  if (found === undefined) return;
  if (found.metadata.deletionTimestamp === undefined) {
    await cluster.delete(path);
  }
  await until(
    { seconds, signal: cluster.signal, every },
    async () => {
      const left = await cluster.find<Found>(path);
      const reasons = left?.status?.conditions?.filter(({ status }) => status === "True") ?? [];
      return left === undefined ? {} : reasons.map(({ message }) => message).join(" ");
    },
    (why) => new Error(`${stack}: ${kind} ${path} is being deleted, and not gone after ${seconds} s. ${why}`.trim()),
  );
}

function argoCd(resource: string, name: string): string {
  return `/apis/argoproj.io/v1alpha1/namespaces/argocd/${resource}/${name}`;
}
