import { copyFileSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { argoCdNamespace, argoCdValues } from "../../../components/gitops/argo-cd";
import { rootApplicationResource, rootProjectResource } from "../../../components/gitops/root-application";
import { overlayFile, withImage } from "../../../delivery/overlay";
import { readCloudSettings } from "../../../delivery/settings";
import { findApps } from "../../../infra/apps";
import { repositoryRoot } from "../../../infra/repository-root";
import { argoCdObjects } from "../../../rehearsal/clouds/kubernetes/chart-objects";
import { applyObjects, type ClusterObject } from "../../../rehearsal/clouds/kubernetes/real-cluster";
import { type ControlPlane, startArgoCd } from "../../../rehearsal/clusters";
import { startFleetGitHub } from "../../../rehearsal/fleet/github";
import { rolloutsTag } from "../../../rehearsal/fleet/prepare";
import { cloneRepository, type WorkingCopy } from "../../../rehearsal/fleet/working-copy";
import { homePaths } from "../../../rehearsal/paths";
import { startRegistries } from "../../../rehearsal/registry";
import { ensureManifests, ensureTools } from "../../../rehearsal/tools";
import { repositories } from "../../delivery/platform";
import { oneControlPlane, type Workbench } from "./support";

/** The platform of one cluster, as the repository declares it. */
export interface Platform {
  readonly plane: ControlPlane;
  /** Apps that run in it. */
  readonly apps: readonly string[];
  /** A clone of the repository, on `main`. */
  readonly copy: WorkingCopy;
  /** Where the platform's `main` is: a bare repository, which takes pushes. */
  readonly remote: string;
  /** Folder of kubeconfigs by stack: `dev-aws.yaml`. */
  readonly kubeconfigs: string;
  /** What leads commands to GitHub. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Name of the root Application. */
export const rootApplication = "root";

/**
 * Starts a cluster whose Argo CD has just been given the root Application, as `pulumi up` of `dev-aws` leaves it. It reads
 * what is committed in this repository, with a first release of every app on top. There is no node, and no controller of
 * Argo Rollouts.
 */
export async function startPlatform(bench: Workbench): Promise<Platform> {
  const [argoCd, rollouts, { registry }] = await Promise.all([
    ensureManifests("argo-cd"),
    ensureManifests("argo-rollouts"),
    ensureTools(["registry"], { ways: ["path"] }),
  ]);
  const { repository, revision } = readCloudSettings(repositoryRoot, "dev", "aws").gitops;
  const folder = path.join(bench.root, "github");
  const gitHub = bench.keep(
    await startFleetGitHub({
      folder,
      repository,
      rollouts: { manifests: rollouts, tag: rolloutsTag() },
      signal: new AbortController().signal,
    }),
  );
  const remote = path.join(folder, new URL(repository).pathname);
  const copy = await cloneRepository(repositoryRoot, path.join(bench.root, "copy"), repository);
  const apps = findApps()
    .filter(({ clouds, environments }) => clouds.includes("aws") && environments.includes("dev"))
    .map(({ name }) => name);
  await copy.commit("Release every app", Object.fromEntries(apps.map(firstRelease)));
  await copy.git("push", "--quiet", remote, "main");
  const { root, registry: data, config, logs } = homePaths(bench.root);
  // Only for its proxy, which leads to GitHub: no image is pulled.
  const rules = { repository: () => ({ exists: false, immutableTags: false }) };
  const { sites } = gitHub;
  const registries = bench.keep(
    await startRegistries({ root, data, config, logs, command: registry.path, rules, sites }),
  );
  const plane = await oneControlPlane(bench);
  const kubeconfigs = path.join(bench.root, "kubeconfigs");
  mkdirSync(kubeconfigs);
  copyFileSync(plane.kubeconfig, path.join(kubeconfigs, "dev-aws.yaml"));
  const argoCdKinds = path.join(argoCd, "crds");
  const objects = await declared({ repository, revision, argoCdKinds });
  await applyObjects({ kubeconfig: plane.kubeconfig, argoCdKinds }, objects);
  bench.keep(await startArgoCd(plane, { ...bench.clusters, environment: registries.environment }));
  return { plane, apps, copy, remote, kubeconfigs, environment: { ...registries.environment, ...gitHub.environment } };
}

/** An edit of an app's overlay. */
function firstRelease(app: string): [string, (text: string) => string] {
  const file = overlayFile(app, "dev", "aws");
  const image = {
    repository: repositories(app, "dev").aws,
    tag: `sha-${"1".repeat(40)}`,
    digest: `sha256:${"a".repeat(64)}`,
  };
  return [file, (text) => withImage(file, text, app, image)];
}

/** What the stack `dev-aws` declares in its cluster (components/gitops). */
async function declared(options: { repository: string; revision: string; argoCdKinds: string }) {
  const { repository, revision, argoCdKinds } = options;
  const facts = { cloud: "aws", env: "dev", repository, revision };
  const root = {
    name: rootApplication,
    namespace: argoCdNamespace,
    labels: { cloud: facts.cloud, env: facts.env },
    repository,
    revision,
    path: "gitops/root",
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: argoCdNamespace } },
    ...argoCdObjects(argoCdNamespace, await plain(argoCdValues(facts)), argoCdKinds),
    await plain(rootProjectResource(root)),
    await plain(rootApplicationResource(root)),
  ] satisfies ClusterObject[];
}

/** A value with what its outputs hold. */
function plain<Value>(value: Value): Promise<pulumi.Unwrap<Value>> {
  return new Promise((resolve) => {
    pulumi.output(value).apply(resolve);
  });
}
