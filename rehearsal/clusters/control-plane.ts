import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { KubernetesApi } from "./api";
import { apiServerArguments, writeControlPlaneFiles } from "./api-server";
import { type Authority, createAuthority } from "../certificates";
import { startEtcd } from "./etcd";
import { writeKubeconfig } from "./kubeconfig";
import { removeClusterDevices, removeLeftovers } from "./leftovers";
import { freePorts } from "../ports";
import { type ClusterOptions, eventually, startInOrder, startProgram, startTogether, stopAll } from "./program";

/** A cluster's API server, controllers and scheduler. */
export interface ControlPlane {
  readonly cloud: CloudName;
  /** The cluster's name, for instance `trinity-dev-aws`. */
  readonly name: string;
  /** Which of the run's clusters this is, from 0: gives it addresses of its own. */
  readonly index: number;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** The certificate authority, PEM. */
  readonly certificate: string;
  /** File of a cluster administrator's kubeconfig, mode 0600. */
  readonly kubeconfig: string;
  /** The cluster administrator's client. */
  readonly api: KubernetesApi;
  /** Issues the certificates of nodes and other members of the cluster. */
  readonly authority: Authority;
  /** Folder of this cluster's files. */
  readonly folder: string;
  /** Ends it, and the network that its nodes had; with the last one, what all share. Its nodes are stopped before. */
  stop(): Promise<void>;
}

export interface ControlPlanesOptions extends ClusterOptions {
  readonly clusters: readonly { readonly cloud: CloudName; readonly name: string }[];
  readonly onProgress: (message: string) => void;
}

/**
 * Starts the clusters' control planes, empty: whatever is in their folder is removed first, with all that an earlier
 * run left.
 *
 * @throws Error when another run uses the folder, or a part does not start; nothing is left running then
 */
export async function startControlPlanes(options: ControlPlanesOptions): Promise<ControlPlane[]> {
  await removeLeftovers(options.folder);
  return startInOrder(async (started) => {
    const etcd = await startEtcd(options);
    started.push(etcd);
    const remaining = new Set(options.clusters.map(({ name }) => name));
    const outcomes = await Promise.allSettled(
      options.clusters.map(async (cluster, index) => {
        const plane = await startControlPlane(options, etcd.address, { ...cluster, index });
        started.push(plane);
        options.onProgress(`${cluster.name}: the control plane is ready`);
        return plane;
      }),
    );
    return outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      const plane = outcome.value;
      const stop = async () => {
        await plane.stop();
        remaining.delete(plane.name);
        if (remaining.size === 0) await etcd.stop();
      };
      return { ...plane, stop };
    });
  });
}

async function startControlPlane(
  options: ControlPlanesOptions,
  etcd: string,
  cluster: Pick<ControlPlane, "cloud" | "name" | "index">,
): Promise<ControlPlane> {
  const { name } = cluster;
  const folder = path.join(options.folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [authority, port] = await Promise.all([createAuthority(name), freePorts(3)]);
  const [apiPort = 0, controllersPort = 0, schedulerPort = 0] = port;
  const server = `https://127.0.0.1:${apiPort}`;
  const token = randomBytes(32).toString("hex");
  const certificate = authority.certificate;
  const kubeconfig = path.join(folder, "kubeconfig");
  writeKubeconfig(kubeconfig, { cluster: name, server, certificate, user: token });
  const api = new KubernetesApi({ server, certificate, token });
  const files = await writeControlPlaneFiles(folder, authority, token);
  const component = async (user: string) => {
    const file = path.join(folder, `${user}.kubeconfig`);
    writeKubeconfig(file, { cluster: name, server, certificate, user: await authority.issue({ name: user }) });
    return `--kubeconfig=${file}`;
  };
  return startInOrder(async (started) => {
    started.push(
      await startProgram(options, {
        name: `${name}-api-server`,
        command: options.tools["kube-apiserver"],
        args: apiServerArguments(etcd, name, apiPort, files),
        ready: () => answers(api, "/readyz"),
        readySeconds: 180,
        // Asked to end, it waits for whoever still watches it.
        stopSeconds: 2,
      }),
    );
    const serving = [
      `--tls-cert-file=${files.server.certificate}`,
      `--tls-private-key-file=${files.server.key}`,
      "--bind-address=127.0.0.1",
      "--leader-elect=false",
      "--profiling=false",
    ];
    const controllers = component("system:kube-controller-manager").then((access) =>
      startProgram(options, {
        name: `${name}-controllers`,
        command: options.tools["kube-controller-manager"],
        args: [
          access,
          ...serving,
          `--secure-port=${controllersPort}`,
          "--use-service-account-credentials=true",
          `--service-account-private-key-file=${files.serviceAccounts.key}`,
          `--root-ca-file=${files.authority}`,
          // It makes this folder, which is /usr/libexec/kubernetes otherwise.
          `--flex-volume-plugin-dir=${path.join(folder, "volume-plugins")}`,
        ],
        ready: () => isHealthy(controllersPort, certificate),
        readySeconds: 120,
      }),
    );
    const scheduler = component("system:kube-scheduler").then((access) =>
      startProgram(options, {
        name: `${name}-scheduler`,
        command: options.tools["kube-scheduler"],
        args: [access, ...serving, `--secure-port=${schedulerPort}`],
        ready: () => isHealthy(schedulerPort, certificate),
        readySeconds: 120,
      }),
    );
    await startTogether(started, [controllers, scheduler]);
    // Pods need their namespace's ServiceAccount, which the controllers make.
    await eventually(options, `${name}: the namespace "default" has no ServiceAccount yet`, () =>
      answers(api, "/api/v1/namespaces/default/serviceaccounts/default"),
    );
    const stop = async () => {
      api.close();
      await stopAll(started);
      await removeClusterDevices(options.folder, cluster.index);
    };
    return { ...cluster, server, certificate, kubeconfig, api, authority, folder, stop };
  });
}

/** A component's own server tells anybody whether it is well. */
async function isHealthy(port: number, certificate: string): Promise<boolean> {
  const api = new KubernetesApi({ server: `https://127.0.0.1:${port}`, certificate });
  const healthy = await answers(api, "/healthz");
  api.close();
  return healthy;
}

async function answers(api: KubernetesApi, path: string): Promise<boolean> {
  return api.text(path).then(
    () => true,
    () => false,
  );
}
