import type * as pulumi from "@pulumi/pulumi";
import { applicationHealth } from "./application-health";
import { kindHealth } from "./kind-health";

/**
 * The Helm chart that installs Argo CD, pinned. It carries Argo CD v3.4.4.
 *
 * Source: argoproj/argo-helm charts/argo-cd/Chart.yaml.
 */
export const argoCdChart = {
  name: "argo-cd",
  version: "10.1.1",
  repository: "https://argoproj.github.io/argo-helm",
  /** Name of the release, which every object in it begins with: `argocd-server`. */
  release: "argocd",
} as const;

/** Argo CD's customary namespace, which its command line looks in. */
export const argoCdNamespace = "argocd";

/** Argo CD's name for the cluster that it runs in, and the address that its applications give as destination. */
export const inCluster = { name: "in-cluster", server: "https://kubernetes.default.svc" } as const;

/** What the applications in Git may read of the cluster that they are on. */
export interface ClusterFacts {
  readonly cloud: string;
  readonly env: string;
  /** Git repository of the root application. */
  readonly repository: pulumi.Input<string>;
  readonly revision: pulumi.Input<string>;
}

/**
 * Values of the chart. Only what differs from the chart's own defaults, or must not change with them.
 *
 * Source of the keys: argoproj/argo-helm charts/argo-cd/values.yaml at 10.1.1.
 */
export function argoCdValues(facts: ClusterFacts) {
  return {
    // Deleting a CRD deletes every Application in the cluster, and with them what they run: an uninstall leaves it.
    crds: { install: true, keep: true },
    global: { networkPolicy: { create: true, defaultDenyIngress: true } },
    configs: {
      cm: {
        // Whoever may use the cluster's API server may use Argo CD, through `argocd --core`; no second set of accounts,
        // and no password that could end up in a state file (argo-cd docs/user-guide/commands/argocd_admin_dashboard).
        "admin.enabled": false,
        // A merged commit is found by asking: no webhook reaches a cluster that is closed to the internet.
        "timeout.reconciliation": "60s",
        "timeout.reconciliation.jitter": "10s",
        "resource.customizations.health.argoproj.io_Application": applicationHealth,
        "resource.customizations.health.apiextensions.k8s.io_CustomResourceDefinition": kindHealth,
      },
      params: { "server.insecure": false },
      clusterCredentials: { [inCluster.name]: clusterEntry(facts) },
    },
    controller: { replicas: 1, resources: requests("250m", "512Mi") },
    repoServer: { replicas: 1, resources: requests("100m", "256Mi") },
    server: { replicas: 1, resources: requests("50m", "128Mi") },
    applicationSet: { replicas: 1, resources: requests("50m", "128Mi") },
    redis: { resources: requests("50m", "64Mi") },
    "redis-ha": { enabled: false },
    // Single sign-on and notifications have nothing to talk to until somebody configures them.
    dex: { enabled: false },
    notifications: { enabled: false },
  };
}

/**
 * The declaration of the cluster to itself. Cluster generators of ApplicationSets read its labels and annotations, so
 * that one folder in Git serves every cloud and environment (the GitOps bridge pattern, gitops-bridge-dev).
 */
function clusterEntry(facts: ClusterFacts) {
  return {
    server: inCluster.server,
    labels: { cloud: facts.cloud, env: facts.env },
    annotations: { repository: facts.repository, revision: facts.revision },
    config: { tlsClientConfig: { insecure: false } },
  };
}

/** What the scheduler sets aside for a container; a start, to be corrected by what a cluster shows. No limits. */
function requests(cpu: string, memory: string) {
  return { requests: { cpu, memory } };
}
