import type { TestContext } from "node:test";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import { provider } from "../../../rehearsal/clouds/kubernetes/provider";
import { temporaryWorld, testScale } from "../../support/simulation";

export const server = "https://ABC123.gr7.us-east-1.eks.amazonaws.com";

/** A kubeconfig of one cluster. */
export function kubeconfigOf(address: string, certificate = "QQ=="): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: address, "certificate-authority-data": certificate } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: { exec: { command: "aws" } } }],
    "current-context": "c",
  });
}

export interface TestCluster {
  readonly world: World & { readonly folder: string };
  readonly kubernetes: SimulatedProvider;
}

/** A simulated EKS cluster with nodes, and a Kubernetes provider that is configured for it. */
export function temporaryCluster(context: TestContext, options: { readonly nodes?: boolean } = {}): TestCluster {
  const world = temporaryWorld(context, "aws", testScale);
  addCluster(world, "trinity-dev-aws", server);
  if (options.nodes !== false) {
    addNodes(world, "trinity-dev-aws");
  }
  const kubernetes = new SimulatedProvider(provider, "4.34.2", world.folder);
  kubernetes.configure({ kubeconfig: kubeconfigOf(server) });
  return { world, kubernetes };
}

export function addCluster(world: World, name: string, endpoint: string): void {
  const now = world.now();
  const type = "aws:eks/cluster:Cluster";
  world.insert({
    type,
    id: name,
    identity: name,
    inputs: { name },
    outputs: { endpoint },
    readyAt: now,
    visibleAt: now,
  });
}

export function addNodes(world: World, clusterName: string, readyAt = world.now()): void {
  const type = "aws:eks/nodeGroup:NodeGroup";
  const id = `${clusterName}:nodes`;
  world.insert({ type, id, identity: id, inputs: { clusterName }, outputs: {}, readyAt, visibleAt: readyAt });
}

export const urn = (type: string, name: string) => `urn:pulumi:dev-aws::trinity::${type}::${name}`;

export const types = {
  namespace: "kubernetes:core/v1:Namespace",
  secret: "kubernetes:core/v1:Secret",
  configMap: "kubernetes:core/v1:ConfigMap",
  release: "kubernetes:helm.sh/v3:Release",
  application: "kubernetes:argoproj.io/v1alpha1:Application",
  project: "kubernetes:argoproj.io/v1alpha1:AppProject",
} as const;

export const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

export const argoCd = (changes: Readonly<Record<string, unknown>> = {}) => ({
  compat: "true",
  name: "argocd",
  namespace: "argocd",
  chart: "argo-cd",
  version: "10.1.1",
  repositoryOpts: { repo: "https://argoproj.github.io/argo-helm" },
  ...changes,
});

export const project = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "AppProject",
  metadata: { name: "root", namespace: "argocd" },
  spec: { sourceRepos: ["https://github.com/example/trinity.git"] },
};

export const application = (metadata: Readonly<Record<string, unknown>> = {}) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Application",
  metadata: {
    name: "trinity-dev-aws-root",
    namespace: "argocd",
    finalizers: ["resources-finalizer.argocd.argoproj.io"],
    ...metadata,
  },
  spec: {
    project: "root",
    source: { repoURL: "https://github.com/example/trinity.git", targetRevision: "main", path: "gitops/root" },
    destination: { server: "https://kubernetes.default.svc", namespace: "argocd" },
  },
});

/** Creates an object; answers its id. */
export async function create(
  { kubernetes }: TestCluster,
  type: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<string> {
  return (await kubernetes.create(urn(type, "x"), properties, false)).id;
}

export function remove({ kubernetes }: TestCluster, type: string, id: string): Promise<void> {
  return kubernetes.delete(urn(type, "x"), id);
}

/** Namespace, Argo CD, project and root application; answers their ids. */
export async function install(cluster: TestCluster) {
  return {
    namespace: await create(cluster, types.namespace, namespace("argocd")),
    release: await create(cluster, types.release, argoCd()),
    project: await create(cluster, types.project, project),
    application: await create(cluster, types.application, application()),
  };
}
