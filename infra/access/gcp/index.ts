import type { IdentityName } from "../identities";
import type { GcpGrant } from "./scopes";

const compute = "https://cloud.google.com/compute/docs/reference/rest/v1";
const gke = "https://cloud.google.com/kubernetes-engine/docs/reference/api-permissions";
const provider = "https://github.com/hashicorp/terraform-provider-google/blob/main/google/services";

/** What a refresh of a cloud stack reads. */
const reads: readonly GcpGrant[] = [
  {
    on: "project",
    actions: [
      "compute.networks.get",
      "compute.routers.get",
      "compute.subnetworks.get",
      "iam.serviceAccounts.get",
      "resourcemanager.projects.getIamPolicy",
    ],
    because: "recorded",
  },
  { on: "cluster", actions: ["container.clusters.get"], because: "recorded" },
  {
    on: "images",
    actions: ["artifactregistry.repositories.get", "artifactregistry.repositories.getIamPolicy"],
    because: "recorded",
  },
  {
    // A node pool's size is its instance groups'.
    on: "project",
    actions: ["compute.instanceGroupManagers.get"],
    because: { source: `${provider}/container/resource_container_node_pool.go, flattenNodePool` },
  },
];

/** What a push of an image asks for, besides the reads of a pull. */
const pull = ["artifactregistry.repositories.downloadArtifacts"];

/**
 * Objects in the cluster that a cloud stack makes: Argo CD by its chart, its root application, and what the identities may
 * in there. Nobody has a role in a new cluster, so that the first one must come from IAM. Whoever installs Argo CD, which
 * may do everything in its cluster, can do as much.
 */
const clusterObjects = [
  "clusterRoleBindings",
  "clusterRoles",
  "configMaps",
  "customResourceDefinitions",
  "deployments",
  "jobs",
  "namespaces",
  "networkPolicies",
  "roleBindings",
  "roles",
  "secrets",
  "serviceAccounts",
  "services",
  "statefulSets",
  "thirdPartyObjects",
];

const deploys: readonly GcpGrant[] = [
  {
    on: "project",
    actions: [
      "artifactregistry.repositories.create",
      "compute.networks.create",
      "compute.networks.delete",
      "compute.networks.update",
      "compute.routers.create",
      "compute.routers.delete",
      "compute.routers.update",
      "compute.subnetworks.create",
      "compute.subnetworks.delete",
      "compute.subnetworks.update",
      "container.clusters.create",
      // Not only of the nodes' account: a condition knows a service account by its unique id, which one that is still to be
      // made does not have.
      "iam.serviceAccounts.actAs",
      "iam.serviceAccounts.create",
      "iam.serviceAccounts.delete",
      "iam.serviceAccounts.update",
    ],
    because: "recorded",
  },
  {
    on: "project",
    actions: ["compute.networks.updatePolicy"],
    because: { source: `${compute}/subnetworks/insert and routers/insert, IAM Permissions` },
  },
  {
    on: "project",
    actions: ["compute.globalOperations.get", "compute.regionOperations.get"],
    because: { source: `${provider}/compute/compute_operation.go, which waits for each operation` },
  },
  {
    on: "project",
    actions: ["container.operations.get"],
    because: { source: `${provider}/container/container_operation.go, which waits for each operation` },
  },
  { on: "cluster", actions: ["container.clusters.delete", "container.clusters.update"], because: "recorded" },
  {
    on: "images",
    actions: [
      "artifactregistry.repositories.delete",
      "artifactregistry.repositories.setIamPolicy",
      "artifactregistry.repositories.update",
    ],
    because: "recorded",
  },
  { on: "nodes", actions: ["resourcemanager.projects.setIamPolicy"], because: "recorded" },
  {
    on: "project",
    actions: clusterObjects.flatMap((objects) =>
      ["create", "delete", "get", "list", "update"].map((verb) => `container.${objects}.${verb}`),
    ),
    because: { source: `${gke}, Kubernetes API permissions; objects of argoproj/argo-helm charts/argo-cd at 10.1.1` },
  },
  {
    on: "project",
    actions: ["container.pods.get", "container.pods.list", "container.replicaSets.get", "container.replicaSets.list"],
    because: { source: "https://github.com/helm/helm/blob/v3.19.0/pkg/kube/ready.go: a release waits for its pods" },
  },
  {
    on: "project",
    actions: [
      "container.clusterRoles.bind",
      "container.clusterRoles.escalate",
      "container.roles.bind",
      "container.roles.escalate",
    ],
    because: {
      source:
        "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping: " +
        "whoever makes a role, as Argo CD's chart does, has it already or may escalate",
    },
  },
];

/** What each identity may, besides the state. */
export const gcpGrants: Readonly<Record<IdentityName, readonly GcpGrant[]>> = {
  preview: [
    ...reads,
    {
      // An app's stack reads its image back when it is refreshed.
      on: "images",
      actions: pull,
      because: { source: "https://cloud.google.com/artifact-registry/docs/access-control, Permissions" },
    },
  ],
  deploy: [...reads, ...deploys],
  push: [
    {
      on: "images",
      actions: [...pull, "artifactregistry.repositories.uploadArtifacts"],
      because: "recorded",
    },
    {
      on: "images",
      actions: ["artifactregistry.tags.create", "artifactregistry.tags.get"],
      because: { source: "https://cloud.google.com/artifact-registry/docs/access-control, Permissions: tags" },
    },
    { on: "promoted", actions: pull, because: "recorded" },
  ],
  // What it may in the cluster is the cluster's own to say (RBAC, made by the cloud stack).
  rollout: [{ on: "cluster", actions: ["container.clusters.get"], because: { source: `${gke}, clusters.get` } }],
};

export { type GcpGrant, type GcpScope, gcpScopes } from "./scopes";
export { gcpStateGrants } from "./state";
