/** A Helm chart that the simulation knows: what it would install is not rendered, only what others notice of it. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  /** Version of the software in it. */
  readonly appVersion: string;
  /** Kinds that it brings, with their API version. */
  readonly kinds: readonly { readonly apiVersion: string; readonly kind: string }[];
  /** Top-level keys of its values.yaml. */
  readonly values: readonly string[];
}

/** Source: argoproj/argo-helm, charts/argo-cd at 10.1.1 (Chart.yaml, values.yaml, templates/crds). */
const argoCd: Chart = {
  name: "argo-cd",
  version: "10.1.1",
  repository: "https://argoproj.github.io/argo-helm",
  appVersion: "v3.4.4",
  kinds: ["Application", "ApplicationSet", "AppProject"].map((kind) => ({ apiVersion: "argoproj.io/v1alpha1", kind })),
  values: [
    "nameOverride",
    "fullnameOverride",
    "namespaceOverride",
    "kubeVersionOverride",
    "apiVersionOverrides",
    "createAggregateRoles",
    "createClusterRoles",
    "openshift",
    "crds",
    "global",
    "configs",
    "extraObjects",
    "controller",
    "dex",
    "redis",
    "redis-ha",
    "externalRedis",
    "redisSecretInit",
    "server",
    "repoServer",
    "applicationSet",
    "notifications",
    "commitServer",
  ],
};

export const charts: readonly Chart[] = [argoCd];
