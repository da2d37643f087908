import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { ControlPlane } from "../control-plane";
import { controlGroup } from "../leftovers";
import { type ClusterOptions, eventually, startInOrder, stopAll } from "../program";
import { assertCanRunPods } from "./can-run-pods";
import { startContainerd } from "./containerd";
import { type CredentialProvider, startKubelet } from "./kubelet";
import { createNamespaces } from "./namespaces";
import { addAddress, clusterNetwork } from "./network";

export { assertCanRunPods, whyNoPods } from "./can-run-pods";

/** A node of a cluster. */
export interface Node {
  readonly name: string;
  /** Its address, which pods and this machine reach it at. */
  readonly address: string;
  /** Whether it runs containers, or only says so. */
  readonly runsContainers: boolean;
  /** Ends it with all its pods. */
  stop(): Promise<void>;
}

export interface NodeOptions extends ClusterOptions {
  /** The node's number in its cluster, from 0 to 14. */
  readonly index: number;
  /** What leads pulls to registries: HTTPS_PROXY, SSL_CERT_FILE and the like. */
  readonly environment: Readonly<Record<string, string>>;
  readonly credentialProvider?: CredentialProvider;
}

/**
 * Starts a real node: containerd and kubelet as processes of this machine, pods on a bridge of it. Ready when the
 * cluster takes it for that.
 *
 * @throws Error when this machine cannot run pods (see {@link assertCanRunPods}), or the node does not become ready;
 * nothing is left running then
 */
export async function startNode(controlPlane: ControlPlane, options: NodeOptions): Promise<Node> {
  assertCanRunPods();
  const { index, folder } = options;
  const name = `${controlPlane.name}-${index}`;
  const home = path.join(controlPlane.folder, `node-${index}`);
  mkdirSync(home, { recursive: true });
  const network = clusterNetwork(folder, controlPlane.index);
  const address = network.node(index);
  return startInOrder(async (started) => {
    for (const own of new Set([network.gateway, address])) await addAddress(network, own);
    const namespaces = await createNamespaces({ ...options, name, home });
    started.push(namespaces);
    const parts = { ...options, name, home, namespaces };
    started.push(await startContainerd({ ...parts, network }));
    const labels = nodeLabels(controlPlane, index);
    started.push(
      await startKubelet(controlPlane, {
        ...parts,
        address,
        labels,
        controlGroup: controlGroup(folder, controlPlane.index),
      }),
    );
    await eventually(options, `${name} is not Ready`, () => isReady(controlPlane, name));
    return { name, address, runsContainers: true, stop: () => stopAll(started) };
  });
}

const nodeShape = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
});

/** Whether a cluster takes a node for ready. */
export async function isReady({ api }: ControlPlane, name: string): Promise<boolean> {
  const node = await api.get(`/api/v1/nodes/${name}`).catch(() => undefined);
  const conditions = nodeShape.safeParse(node).data?.status.conditions ?? [];
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** Labels of a node that workloads spread by: every node is in a zone of its own, of three. */
export function nodeLabels({ cloud }: Pick<ControlPlane, "cloud">, index: number): Readonly<Record<string, string>> {
  return {
    "topology.kubernetes.io/region": `${cloud}-rehearsal`,
    "topology.kubernetes.io/zone": `${cloud}-rehearsal-${["a", "b", "c"][index % 3] ?? ""}`,
  };
}
