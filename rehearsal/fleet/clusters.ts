import * as fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { z } from "zod";
import type { CloudName } from "../../infra/clouds";
import { noteRealCluster } from "../clouds/kubernetes/real-cluster";
import {
  type ArgoCd,
  type ClusterTools,
  type ControlPlane,
  eventually,
  startArgoCd,
  startControlPlanes,
  startLoadBalancers,
  startMetricsServer,
  startNode,
  startPlayedNode,
  startPrometheus,
  startRollouts,
  startServiceNetwork,
  stopAll,
  whyNoPods,
} from "../clusters";
import { startNodeIdentity, writeNodeCredentials } from "../clusters/pull";
import type { EngineHome } from "../engine/home";
import type { Progress } from "../engine/operation";
import { rulesOf } from "../run/services";
import type { Services } from "../services";

/** A cluster of the run: what is there as soon as its control plane is. */
export interface FleetCluster {
  readonly plane: ControlPlane;
  /** Once the cloud's stack is up. */
  argoCd: ArgoCd | undefined;
}

/** The run's clusters, and everything on them that runs as processes of this machine. */
export interface Fleet {
  readonly clusters: readonly FleetCluster[];
  /** Why pods cannot run on this machine; empty when they do. */
  readonly played: readonly string[];
  /** Folder of kubeconfigs: `<cloud>.yaml`. */
  readonly kubeconfigs: string;
  /** Starts a cluster's node, which pulls images as its cloud's identity, and the metrics server that autoscalers ask. */
  startNode(cluster: FleetCluster, services: Services, onProgress: Progress): Promise<void>;
  /** Starts what a cluster's add-ons are: Argo CD, and as soon as their kinds are there, Argo Rollouts and Prometheus. */
  startAddOns(cluster: FleetCluster, services: Services, onProgress: Progress): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly home: EngineHome;
  readonly tools: ClusterTools;
  /** Folder of all clusters. */
  readonly folder: string;
  /** Folder with Argo CD's custom resource definitions. */
  readonly argoCdKinds: string;
  readonly clusters: readonly { readonly cloud: CloudName; readonly name: string }[];
  readonly signal: AbortSignal;
  readonly onProgress: Progress;
}

/** Starts the clusters' control planes, and says of each that it stands behind its cloud's simulated one. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { home, tools, signal } = options;
  const common = { folder: options.folder, logs: home.paths.logs, tools, signal };
  const kubeconfigs = path.join(home.paths.root, "kubeconfigs");
  const played = whyNoPods();
  const planes = await startControlPlanes({ ...common, clusters: options.clusters, onProgress: options.onProgress });
  /** A cluster's parts, in the order of their start. */
  const started = new Map<string, { stop(): Promise<void> }[]>(planes.map((plane) => [plane.name, [plane]]));
  const keep = <Part extends { stop(): Promise<void> }>({ name }: ControlPlane, part: Part) => {
    started.get(name)?.push(part);
    return part;
  };
  fs.mkdirSync(kubeconfigs, { recursive: true, mode: 0o700 });
  for (const { cloud, kubeconfig } of planes) {
    fs.copyFileSync(kubeconfig, path.join(kubeconfigs, `${cloud}.yaml`));
    noteRealCluster(home.paths.clouds, cloud, { kubeconfig, argoCdKinds: options.argoCdKinds });
  }
  return {
    clusters: planes.map((plane) => ({ plane, argoCd: undefined })),
    played,
    kubeconfigs,
    startNode: async ({ plane }, services, onProgress) => {
      if (played.length > 0) {
        keep(plane, await startPlayedNode(plane, common));
        return;
      }
      const identity = keep(plane, await startNodeIdentity({ tokens: services.tokens, rules: rulesOf(home) }));
      const { environment } = services;
      const credentialProvider = writeNodeCredentials({
        folder: path.join(plane.folder, "credentials"),
        node: { cloud: plane.cloud, cluster: plane.name, name: `${plane.name}-0` },
        identity,
        environment,
      });
      const node = keep(plane, await startNode(plane, { ...common, index: 0, environment, credentialProvider }));
      onProgress("the node is ready");
      keep(plane, await startMetricsServer(plane, { ...common, address: node.address }));
      onProgress("the metrics server runs");
    },
    startAddOns: async (cluster, services, onProgress) => {
      const { plane } = cluster;
      cluster.argoCd = keep(plane, await startArgoCd(plane, { ...common, environment: services.environment }));
      onProgress("Argo CD runs");
      keep(
        plane,
        startLoadBalancers(plane, {
          folder: common.folder,
          onFault: (error) => {
            onProgress(String(error));
          },
        }),
      );
      const missing = `Argo CD has not brought Argo Rollouts' kinds to ${plane.name}`;
      await eventually({ signal }, missing, () => hasKind(plane, "rollouts.argoproj.io"), 300);
      const configFile = prometheusConfiguration(home.project, plane);
      const prometheus = keep(plane, await startPrometheus(plane, { ...common, configFile }));
      const serviceNetwork = keep(plane, await startServiceNetwork(plane, { "prometheus.prometheus": prometheus }));
      const proxy = { HTTP_PROXY: serviceNetwork.address, NO_PROXY: "127.0.0.1" };
      keep(plane, await startRollouts(plane, { ...common, environment: proxy }));
      onProgress("Argo Rollouts and Prometheus run");
    },
    stop: async () => {
      for (const { cloud } of planes) {
        noteRealCluster(home.paths.clouds, cloud, undefined);
      }
      // Clusters side by side; the parts of each in the opposite order of their start.
      const outcomes = await Promise.allSettled([...started.values()].map((parts) => stopAll(parts.splice(0))));
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    },
  };
}

const applications = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({ health: z.object({ status: z.string().default("") }).default({ status: "" }) }).optional(),
    }),
  ),
});

/**
 * Has Argo CD look at those of its Applications that are not healthy: by itself it looks once a minute, and misses, for
 * instance, that a custom resource definition has been established.
 */
export async function lookAgain({ plane: { api } }: Pick<FleetCluster, "plane">): Promise<void> {
  const folder = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";
  const { items } = applications.parse(await api.get(folder));
  for (const { metadata } of items.filter(({ status }) => status?.health.status !== "Healthy")) {
    await api.apply(`${folder}/${metadata.name}`, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: metadata.name, annotations: { "argocd.argoproj.io/refresh": "normal" } },
    });
  }
}

/** Whether a cluster knows a kind: the name of its custom resource definition. */
async function hasKind({ api }: Pick<ControlPlane, "api">, name: string): Promise<boolean> {
  return api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`).then(
    () => true,
    () => false,
  );
}

/**
 * The add-on's own configuration, told where the cluster is: inside of it Prometheus would know.
 *
 * @param repository the folder whose gitops/ holds it
 */
export function prometheusConfiguration(
  repository: string,
  plane: Pick<ControlPlane, "folder" | "kubeconfig">,
): string {
  const source = path.join(repository, "gitops/add-ons/prometheus/prometheus.yml");
  const file = path.join(plane.folder, "prometheus.yml");
  const configuration = load(fs.readFileSync(source, "utf8")) as {
    readonly scrape_configs: readonly { readonly kubernetes_sd_configs?: readonly object[] }[];
  };
  const scrapes = configuration.scrape_configs.map((scrape) => ({
    ...scrape,
    kubernetes_sd_configs: (scrape.kubernetes_sd_configs ?? []).map((discovery) => ({
      ...discovery,
      kubeconfig_file: plane.kubeconfig,
    })),
  }));
  fs.writeFileSync(file, dump({ ...configuration, scrape_configs: scrapes }));
  return file;
}
