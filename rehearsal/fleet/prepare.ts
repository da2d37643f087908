import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { eventually, loadBalancerAddress } from "../clusters";
import type { EngineHome } from "../engine/home";
import type { Progress } from "../engine/operation";
import { type HomePaths, repositoryRoot } from "../paths";
import { openServices } from "../run/services";
import { environment } from "../run/stacks";
import type { Services } from "../services";
import { clusterToolNames, toolNames } from "../tools/index";
import { ensureManifests } from "../tools/manifests";
import type { Workshop } from "../workshop";
import { adapt } from "./adapt";
import { type Fleet, type FleetCluster, lookAgain, startFleet } from "./clusters";
import { type FleetGitHub, startFleetGitHub } from "./github";
import { type PlannedCluster, planClusters } from "./plan";
import { app } from "./releases";
import { cloneRepository, type WorkingCopy } from "./working-copy";

/** Everything that a run on real clusters has started. */
export interface Running {
  readonly home: EngineHome;
  readonly copy: WorkingCopy;
  readonly gitHub: FleetGitHub;
  readonly services: Services;
  readonly fleet: Fleet;
}

export interface PrepareOptions {
  readonly clouds: readonly CloudName[];
  readonly signal: AbortSignal;
  readonly onProgress: Progress;
}

/**
 * Starts all that stands before the first `pulumi up`: GitHub with the platform's repository, registries and builder,
 * and empty clusters. What a run before left is removed.
 *
 * @param running gets what was started, also if something after it fails
 */
export async function prepare(
  workshop: Workshop,
  paths: HomePaths,
  running: Partial<{ -readonly [Part in keyof Running]: Running[Part] }>,
  { clouds, signal, onProgress }: PrepareOptions,
): Promise<void> {
  const planned = planClusters(clouds);
  const tools = await workshop.tools([...toolNames, ...clusterToolNames], onProgress);
  const [argoCd, rollouts] = await Promise.all([
    ensureManifests("argo-cd", { signal }),
    ensureManifests("argo-rollouts", { signal }),
  ]);
  for (const folder of [paths.clouds, paths.state, paths.settings, paths.stacks, paths.outputs, paths.registry]) {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const folders = {
    gitHub: path.join(paths.root, "github"),
    copy: path.join(paths.root, "working-copy"),
    clusters: path.join(paths.root, "clusters"),
  };
  const home = await workshop.home(onProgress, folders.copy);
  running.home = home;
  const repository = oneRepository(planned);
  running.gitHub = await startFleetGitHub({
    folder: folders.gitHub,
    repository,
    rollouts: { manifests: rollouts, tag: rolloutsTag() },
    signal,
  });
  running.copy = await cloneRepository(repositoryRoot, folders.copy, repository);
  const addresses = planned.map(({ cloud }, index) => {
    return [cloud, `http://${loadBalancerAddress(folders.clusters, index, `${app}/${app}`)}`];
  });
  await adapt(running.copy, app, environment, Object.fromEntries(addresses) as Partial<Record<CloudName, string>>);
  await running.gitHub.publish(running.copy);
  const [services, fleet] = await Promise.allSettled([
    openServices(workshop, home, onProgress, running.gitHub.sites),
    startFleet({
      home,
      folder: folders.clusters,
      tools,
      clusters: planned,
      argoCdKinds: path.join(argoCd, "crds"),
      signal,
      onProgress,
    }),
  ]);
  running.services = services.status === "fulfilled" ? services.value : undefined;
  running.fleet = fleet.status === "fulfilled" ? fleet.value : undefined;
  for (const part of [services, fleet]) {
    if (part.status === "rejected") throw part.reason;
  }
}

/** Ends what was started, last first; all of it, even if something cannot be ended. @throws the first failure */
export async function end({ fleet, services, gitHub }: Partial<Running>): Promise<void> {
  const failures: unknown[] = [];
  for (const part of [fleet, services, gitHub]) {
    await part?.stop().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Gives an app's clouds what they share, as a vault would: it is in no repository and no state.
 *
 * @param secret the same for all clusters
 */
export async function shareSecret(cluster: FleetCluster, secret: string, signal: AbortSignal): Promise<void> {
  const { plane } = cluster;
  const namespace = `/api/v1/namespaces/${app}`;
  let looks = 0;
  const made = async () => {
    looks += 1;
    if (looks % 10 === 0) {
      await lookAgain(cluster);
    }
    return plane.api.get(namespace).then(
      () => true,
      () => false,
    );
  };
  await eventually({ signal }, `Argo CD has not made the namespace ${app} in ${plane.name}`, made, 300);
  await plane.api.apply(`${namespace}/secrets/${app}-stage`, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `${app}-stage`, namespace: app },
    stringData: { secret },
  });
}

export function makeSecret(): string {
  return randomBytes(32).toString("hex");
}

/** @throws Error when the clouds' settings name several repositories, since the run plays one */
function oneRepository(planned: readonly PlannedCluster[]): string {
  const repositories = new Set(planned.map(({ repository }) => repository));
  const [repository] = repositories;
  if (repository === undefined || repositories.size > 1) {
    throw new Error(
      `The clouds of ${environment} read from ${[...repositories].join(" and ")} (trinity:gitops). A rehearsal on ` +
        `clusters plays one repository: choose clouds that share one with --only.`,
    );
  }
  return repository;
}

/** The tag of Argo Rollouts that the add-on names. */
export function rolloutsTag(): string {
  const file = path.join(repositoryRoot, "gitops/add-ons/argo-rollouts/kustomization.yaml");
  const [, tag] = /argo-rollouts\/\/manifests\/\S+\?ref=(\S+)/.exec(fs.readFileSync(file, "utf8")) ?? [];
  if (tag === undefined) {
    throw new Error(`${file} names no version of github.com/argoproj/argo-rollouts (…?ref=<tag>).`);
  }
  return tag;
}
