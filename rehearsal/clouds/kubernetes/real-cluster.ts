import * as fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { CloudName } from "../../../infra/clouds";
import { CloudError } from "../kernel/errors";
import type { Properties } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";

/**
 * A real Kubernetes cluster that stands behind a simulated cloud's: what is declared there is applied here as well.
 * Whoever runs such a cluster leaves a note beside the cloud's world before anything is declared.
 */
const note = z.strictObject({
  /** Kubeconfig file of an administrator. */
  kubeconfig: z.string(),
  /** Folder with Argo CD's custom resource definitions, which its Helm chart brings. */
  argoCdKinds: z.string(),
});

export type RealCluster = z.infer<typeof note>;

/** Any object of a cluster. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Deletions wait for what they empty, for instance load balancers; the real provider waits as long as it is told. */
const deletionMilliseconds = 5 * 60 * 1000;

const fieldManager = "pulumi-kubernetes";

/** Says that a real cluster stands behind the cloud's; undefined says that none does any more. */
export function noteRealCluster(folder: string, cloud: CloudName, cluster: RealCluster | undefined): void {
  if (cluster === undefined) {
    fs.rmSync(noteFile(folder, cloud), { force: true });
    return;
  }
  fs.mkdirSync(folder, { recursive: true });
  const temporary = `${noteFile(folder, cloud)}.${process.pid}`;
  fs.writeFileSync(temporary, JSON.stringify(cluster), { mode: 0o600 });
  fs.renameSync(temporary, noteFile(folder, cloud));
}

/** The real cluster behind a cloud's; undefined when objects are only kept. */
export function realCluster({ folder, name }: Pick<World, "folder" | "name">): RealCluster | undefined {
  const file = noteFile(folder, name);
  return fs.existsSync(file) ? note.parse(JSON.parse(fs.readFileSync(file, "utf8"))) : undefined;
}

function noteFile(folder: string, cloud: string): string {
  return path.join(folder, `${cloud}.cluster.json`);
}

/** How long a kind that has just been declared may take until it is served. */
const kindMilliseconds = 60_000;

/** Applies objects one after another, as the real provider does: by server-side apply. @throws CloudError */
export async function applyObjects(cluster: RealCluster, objects: readonly ClusterObject[]): Promise<void> {
  const deadline = Date.now() + kindMilliseconds;
  for (const object of objects) {
    await applyObject(cluster, object, deadline);
  }
}

async function applyObject(cluster: RealCluster, object: ClusterObject, deadline: number): Promise<void> {
  const { api, strategy } = await client(cluster);
  try {
    await api.patch(object, undefined, undefined, fieldManager, true, strategy);
  } catch (error) {
    // The client asks once which kinds there are, so that it takes another one to see a new kind.
    if (!String(error).includes("Unrecognized API version and kind") || Date.now() > deadline) {
      throw refusal(object, error);
    }
    await sleep(500);
    await applyObject(cluster, object, deadline);
  }
}

/** Deletes objects in turn, and waits until each is gone. @throws CloudError when one stays */
export async function removeObjects(cluster: RealCluster, objects: readonly ClusterObject[]): Promise<void> {
  const { api } = await client(cluster);
  for (const object of objects) {
    const deadline = Date.now() + deletionMilliseconds;
    await present(object, () => api.delete(object, undefined, undefined, undefined, undefined, "Foreground"));
    while (await present(object, () => api.read(object))) {
      if (Date.now() > deadline) {
        throw new CloudError("timed out waiting for the condition", `${title(object)} is still there`);
      }
      await sleep(500);
    }
  }
}

/** What a resource of the provider does when a real cluster stands behind the simulated one: its own object. */
export const objectEffect = {
  apply: async (inputs: Properties, { world }: { readonly world: World }) => {
    const cluster = realCluster(world);
    if (cluster !== undefined) {
      await applyObjects(cluster, [inputs as unknown as ClusterObject]);
    }
  },
  remove: async ({ inputs }: CloudRecord, { world }: { readonly world: World }) => {
    const cluster = realCluster(world);
    if (cluster !== undefined) {
      await removeObjects(cluster, [inputs as unknown as ClusterObject]);
    }
  },
};

/** The library is loaded only when there is a real cluster: that takes most of a second. */
async function client({ kubeconfig }: RealCluster) {
  const { KubeConfig, KubernetesObjectApi, PatchStrategy } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return { api: KubernetesObjectApi.makeApiClient(config), strategy: PatchStrategy.ServerSideApply };
}

/** An error in the API server's words. */
function refusal(object: ClusterObject, error: unknown): CloudError {
  const { code, body } = error as { readonly code?: number; readonly body?: unknown };
  return new CloudError(title(object), code === undefined ? String(error) : `${code} ${String(body)}`);
}

/** Whether there still is what the request is about. @throws CloudError */
async function present(object: ClusterObject, request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if ((error as { readonly code?: number }).code === 404) {
      return false;
    }
    throw refusal(object, error);
  }
}

function title({ kind, metadata: { namespace, name } }: ClusterObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
