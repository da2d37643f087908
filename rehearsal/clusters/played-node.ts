import type { ControlPlane } from "./control-plane";
import { acceptsTcp, freePort } from "../ports";
import { isReady, type Node, nodeLabels } from "./node";
import { type ClusterOptions, eventually, startProgram } from "./program";

/**
 * Plays nodes with kwok where pods cannot run, and for more pods than a machine holds: it tells the cluster that its
 * pods run and are ready, and nothing does.
 *
 * @param options.count nodes, which all have room for 110 pods
 * @returns the first node; stopping it ends all
 */
export async function startPlayedNode(
  controlPlane: ControlPlane,
  options: ClusterOptions & { readonly count?: number },
): Promise<Node> {
  const port = await freePort();
  const child = await startProgram(options, {
    name: `${controlPlane.name}-kwok`,
    command: options.tools.kwok,
    args: [
      `--kubeconfig=${controlPlane.kubeconfig}`,
      "--manage-all-nodes=true",
      // With a Lease of each, or a busy kwok renews nodes too seldom, and their pods count as unready.
      "--node-lease-duration-seconds=40",
      // Pods' addresses, which nothing has.
      "--cidr=10.0.0.0/9",
      "--node-ip=127.0.0.1",
      `--server-address=127.0.0.1:${port}`,
    ],
    ready: () => acceptsTcp(port),
  });
  try {
    const names = Array.from({ length: options.count ?? 1 }, (_, index) => `${controlPlane.name}-${index}`);
    await Promise.all(names.map((name, index) => addNode(controlPlane, name, index)));
    for (const name of names) await eventually(options, `${name} is not Ready`, () => isReady(controlPlane, name));
    return { name: names[0] ?? "", address: "127.0.0.1", runsContainers: false, stop: () => child.stop() };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

async function addNode(controlPlane: ControlPlane, name: string, index: number): Promise<void> {
  const resources = { cpu: "32", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "110" };
  const identity = { apiVersion: "v1", kind: "Node" };
  const labels = {
    ...nodeLabels(controlPlane, index),
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": process.arch === "arm64" ? "arm64" : "amd64",
  };
  await controlPlane.api.apply(`/api/v1/nodes/${name}`, { ...identity, metadata: { name, labels } });
  await controlPlane.api.apply(`/api/v1/nodes/${name}/status`, {
    ...identity,
    metadata: { name },
    status: { allocatable: resources, capacity: resources },
  });
}
