import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ArgoCd, eventually, startArgoCd } from "../clusters";
import { lookAgain } from "../fleet/clusters";
import { end, prepare, type Running } from "../fleet/prepare";
import { homePaths } from "../paths";
import { raiseCloud } from "../run/stacks";
import { clusterToolNames, toolNames } from "../tools/index";
import { openWorkshop } from "../workshop";
import { cloud, type Seconds, Stage } from "./argo-stage";
import { appNames, manyApps } from "./many-apps";
import { median, type Print } from "./measure";

/** How many apps there are before the others; each of them gets a commit. */
const few = 5;

/** Seconds between two such commits: together as long as Argo CD's own round, so that they come at all of its times. */
const pause = 12;

/** Longest wait for many apps, in seconds: no goal, only so that the run ends. */
const longest = 300;

/**
 * A real Argo CD on a real control plane without nodes, as `pulumi up` sets it up, reading `gitops/root` as it is
 * committed: how long a commit takes until it is applied, and how long many new apps take.
 *
 * @param folder where everything is kept
 */
export async function benchArgoCd(folder: string, signal: AbortSignal, print: Print): Promise<void> {
  const paths = homePaths(folder);
  const workshop = openWorkshop(signal, paths);
  const running: Partial<Running> = {};
  let argoCd: ArgoCd | undefined;
  try {
    await prepare(workshop, paths, running, { clouds: [cloud], signal, onProgress: () => undefined });
    const { home, services, fleet } = running as Running;
    await raiseCloud(home, cloud, { signal });
    const [cluster] = fleet.clusters;
    if (cluster === undefined) throw new Error(`No cluster was started for ${cloud}.`);
    const stage = new Stage(running as Running, cluster.plane.api, signal);
    await stage.addApps(appNames(few));
    argoCd = await startArgoCd(cluster.plane, {
      folder: path.dirname(cluster.plane.folder),
      logs: paths.logs,
      tools: await workshop.tools([...toolNames, ...clusterToolNames], () => undefined),
      environment: services.environment,
      signal,
    });
    const brought = async () => {
      await lookAgain(cluster);
      await sleep(5_000, undefined, { signal });
      return (await stage.syncedApps()) === few;
    };
    await eventually({ signal }, `Argo CD has not brought ${few} apps to the cluster`, brought, longest);
    await oneApp(stage, print);
    await allApps(stage, print);
  } finally {
    await argoCd?.stop();
    await end(running);
  }
}

/** A commit to each of the few apps: first nobody tells Argo CD, then somebody does, as a webhook would. */
async function oneApp(stage: Stage, print: Print): Promise<void> {
  const apps = appNames(few);
  const noticed = await Promise.all(
    apps.map(async (app, index) => {
      await sleep(index * pause * 1000, undefined, { signal: stage.signal });
      return stage.secondsToSync(app);
    }),
  );
  print(`from a commit until its app is Synced, as Argo CD asks Git by itself: ${middle(noticed)}`);
  const told: Seconds[] = [];
  for (const app of apps) told.push(await stage.secondsToSync(app, () => stage.refresh(app)));
  print(`the same, when Argo CD is told to look: ${middle(told)}`);
}

/** All the other apps, by one commit; tenants first, as a new app's Application needs its project. */
async function allApps(stage: Stage, print: Print): Promise<void> {
  const added = await stage.addApps(appNames(manyApps).slice(few));
  await stage.refresh("tenants");
  const projects = await stage.secondsUntil(added, async () => (await stage.projects()) === manyApps, longest);
  print(`${manyApps - few} more apps by one commit: until each has a namespace and a project: ${inWords(projects)}`);
  const asked = performance.now();
  await stage.refreshSet("apps");
  const made = await stage.secondsUntil(asked, async () => (await stage.applications()).length === manyApps, longest);
  print(`from there until the ApplicationSet has made their Applications: ${inWords(made)}`);
  const synced = await stage.secondsUntil(asked, async () => (await stage.syncedApps()) === manyApps, longest);
  const left = synced === undefined ? `; ${await stage.syncedApps()} are by then` : "";
  print(`and until all ${manyApps} are Synced: ${inWords(synced)}${left}`);
}

function middle(seconds: readonly Seconds[]): string {
  return `${inWords(median(seconds, (one) => one ?? Infinity))}, the median of ${seconds.length}`;
}

function inWords(seconds: Seconds): string {
  return seconds === undefined ? "too long to wait for" : `${seconds.toFixed(1)} s`;
}
