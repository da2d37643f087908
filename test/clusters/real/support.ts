import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { CloudName } from "../../../infra/clouds";
import { ensureStandIns } from "../../../rehearsal/base-image";
import {
  type ClusterTools,
  type ControlPlane,
  type KubernetesApi,
  startControlPlanes,
} from "../../../rehearsal/clusters";
import { homePaths } from "../../../rehearsal/paths";
import { type Registries, startRegistries, standInHost } from "../../../rehearsal/registry";
import { clusterToolNames, ensureTools } from "../../../rehearsal/tools";

/** A folder of its own for a test file, with what a cluster needs in it; all of it ends after the file's tests. */
export interface Workbench {
  readonly root: string;
  readonly clusters: { readonly folder: string; readonly logs: string; readonly tools: ClusterTools };
  /** Has something stopped after the tests, in the opposite order of their start. */
  keep<T extends { stop(): Promise<void> }>(part: T): T;
}

/** The tools of clusters, which must be there: `npm run tools clusters` gets them. */
export async function clusterTools(): Promise<ClusterTools> {
  const names = [...clusterToolNames, "runc", "kustomize"] as const;
  const found = await ensureTools(names, { ways: ["path"] });
  return Object.fromEntries(names.map((name) => [name, found[name].path])) as Record<(typeof names)[number], string>;
}

/** Makes the folder. */
export async function workbench(): Promise<Workbench> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-clusters-"));
  const tools = await clusterTools();
  const kept: { stop(): Promise<void> }[] = [];
  after(async () => {
    for (const part of kept.reverse()) await part.stop();
    fs.rmSync(root, { recursive: true, force: true });
  });
  return {
    root,
    clusters: { folder: path.join(root, "clusters"), logs: path.join(root, "logs"), tools },
    keep: (part) => {
      kept.push(part);
      return part;
    },
  };
}

/** Starts the control plane of one cluster of a run. */
export async function oneControlPlane(bench: Workbench): Promise<ControlPlane> {
  const [plane] = await controlPlanes(bench, ["aws"]);
  if (plane === undefined) throw new Error("no control plane was started");
  return plane;
}

/** Starts the control planes of a run's clusters. */
export async function controlPlanes(bench: Workbench, clouds: readonly CloudName[]): Promise<ControlPlane[]> {
  const clusters = clouds.map((cloud) => ({ cloud, name: `trinity-test-${cloud}` }));
  const planes = await startControlPlanes({ ...bench.clusters, clusters, onProgress: () => undefined });
  return planes.map((plane) => bench.keep(plane));
}

/** The played registries with the stand-in image in them. @returns the image and a Secret's value for pulling it */
export async function standInImage(
  bench: Workbench,
): Promise<{ registries: Registries; image: string; pullSecret: string }> {
  const { registry } = await ensureTools(["registry"], { ways: ["path"] });
  const { registry: data, config, logs, root } = homePaths(bench.root);
  const rules = { repository: () => ({ exists: false, immutableTags: false }) };
  const registries = bench.keep(await startRegistries({ root, data, config, logs, command: registry.path, rules }));
  const { base } = await ensureStandIns(registries);
  const auth = Buffer.from(`AWS:${registries.token}`).toString("base64");
  return { registries, image: base, pullSecret: JSON.stringify({ auths: { [standInHost]: { auth } } }) };
}

/** An object as YAML manifests have it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** Applies objects in order; a kind's path is its name in lower case with an "s", but for what is in the table. */
export async function apply(api: KubernetesApi, ...manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) await api.apply(pathOf(manifest), manifest);
}

/** The path of an object in the API. */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}/${name}`;
}

/** Asks until there is an answer, for `seconds` at most; what is thrown meanwhile counts as none. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 120): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      last = error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`, { cause: last });
    await sleep(250);
  }
}
