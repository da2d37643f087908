import * as pulumi from "@pulumi/pulumi";
import { inCluster } from "./argo-cd";

const apiVersion = "argoproj.io/v1alpha1";

/** What the root application and its project are made of. */
export interface RootApplication {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly repository: pulumi.Input<string>;
  readonly revision: pulumi.Input<string>;
  readonly path: pulumi.Input<string>;
}

/** Name of the project that the root application belongs to. */
export const rootProject = "root";

/**
 * The project of the root application. Argo CD's own project `default` may deploy anything from anywhere; this one
 * may only declare, from the platform's repository, what Argo CD is to run. Those applications are in other projects.
 */
export function rootProjectResource(root: Pick<RootApplication, "namespace" | "labels" | "repository">) {
  return {
    apiVersion,
    kind: "AppProject",
    metadata: { name: rootProject, namespace: root.namespace, labels: root.labels },
    spec: {
      description: "Declares what Argo CD runs, from the platform's repository",
      sourceRepos: [root.repository],
      destinations: [{ server: inCluster.server, namespace: root.namespace }],
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: ["Application", "ApplicationSet", "AppProject"].map((kind) => ({
        group: "argoproj.io",
        kind,
      })),
    },
  };
}

/**
 * Makes every Application of the folder read from where the root reads: only a stack's settings know the repository and
 * the revision, which may differ from one environment to the other (argo-cd docs/user-guide/kustomize.md, "Patches").
 */
function sameSource({ repository, revision }: Pick<RootApplication, "repository" | "revision">) {
  const patch = pulumi.all([repository, revision]).apply(([repoURL, targetRevision]) =>
    JSON.stringify([
      { op: "replace", path: "/spec/source/repoURL", value: repoURL },
      { op: "replace", path: "/spec/source/targetRevision", value: targetRevision },
    ]),
  );
  return { target: { kind: "Application" }, patch };
}

/** The application from which Argo CD finds every other one. */
export function rootApplicationResource(root: RootApplication) {
  return {
    apiVersion,
    kind: "Application",
    metadata: {
      name: root.name,
      namespace: root.namespace,
      labels: root.labels,
      // Its deletion takes along all that it runs, load balancers included, which a cluster's own deletion would leave
      // behind (argo-cd docs/user-guide/app_deletion.md).
      finalizers: ["resources-finalizer.argocd.argoproj.io"],
    },
    spec: {
      project: rootProject,
      source: {
        repoURL: root.repository,
        targetRevision: root.revision,
        path: root.path,
        kustomize: { patches: [sameSource(root)] },
      },
      destination: { server: inCluster.server, namespace: root.namespace },
      syncPolicy: {
        // An empty folder is a mistake, not a wish to delete everything.
        automated: { prune: true, selfHeal: true, allowEmpty: false },
        syncOptions: ["ServerSideApply=true"],
        // Tried again with what Git says by then, or a commit that cannot be applied would be tried on when it is mended.
        retry: { limit: -1, refresh: true, backoff: { duration: "10s", factor: 2, maxDuration: "3m" } },
      },
    },
  };
}
