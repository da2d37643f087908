import type { StateResource } from "../engine/state";

/**
 * How a cloud's id of a resource follows from what it was to be made of: the form that `pulumi import` takes, as each type's
 * page in the registry says it under "Import". Types whose id the cloud makes up are not here.
 */
type Identifier = (inputs: Inputs, place: Place) => string;

/** Values of the inputs that an id is made of. @throws MissingInput */
type Inputs = (key: string) => string;

/** Where the stack's resources are. */
interface Place {
  /** Google Cloud project. */
  readonly project: string;
  /** Azure subscription. */
  readonly subscription: string;
}

const arm =
  (type: string, name: string): Identifier =>
  (inputs, { subscription }) =>
    `/subscriptions/${subscription}/resourceGroups/${inputs("resourceGroupName")}/providers/${type}/${inputs(name)}`;

const virtualNetwork = arm("Microsoft.Network/virtualNetworks", "virtualNetworkName");

const identifiers: Readonly<Record<string, Identifier>> = {
  "aws:cloudwatch/logGroup:LogGroup": (inputs) => inputs("name"),
  "aws:ecr/repository:Repository": (inputs) => inputs("name"),
  "aws:eks/accessEntry:AccessEntry": (inputs) => `${inputs("clusterName")}:${inputs("principalArn")}`,
  "aws:eks/addon:Addon": (inputs) => `${inputs("clusterName")}:${inputs("addonName")}`,
  "aws:eks/cluster:Cluster": (inputs) => inputs("name"),
  "aws:eks/nodeGroup:NodeGroup": (inputs) => `${inputs("clusterName")}:${inputs("nodeGroupName")}`,
  "aws:iam/role:Role": (inputs) => inputs("name"),
  "aws:kms/alias:Alias": (inputs) => inputs("name"),
  "gcp:artifactregistry/repository:Repository": (inputs, { project }) =>
    `projects/${project}/locations/${inputs("location")}/repositories/${inputs("repositoryId")}`,
  "gcp:compute/network:Network": (inputs, { project }) => `projects/${project}/global/networks/${inputs("name")}`,
  "gcp:compute/router:Router": (inputs, { project }) =>
    `projects/${project}/regions/${inputs("region")}/routers/${inputs("name")}`,
  "gcp:compute/routerNat:RouterNat": (inputs, { project }) =>
    `${project}/${inputs("region")}/${lastPart(inputs("router"))}/${inputs("name")}`,
  "gcp:compute/subnetwork:Subnetwork": (inputs, { project }) =>
    `projects/${project}/regions/${inputs("region")}/subnetworks/${inputs("name")}`,
  "gcp:container/cluster:Cluster": (inputs, { project }) =>
    `projects/${project}/locations/${inputs("location")}/clusters/${inputs("name")}`,
  "gcp:container/nodePool:NodePool": (inputs, { project }) =>
    `projects/${project}/locations/${inputs("location")}/clusters/${lastPart(inputs("cluster"))}/nodePools/${inputs("name")}`,
  "gcp:serviceaccount/account:Account": (inputs, { project }) =>
    `projects/${project}/serviceAccounts/${inputs("accountId")}@${project}.iam.gserviceaccount.com`,
  "azure-native:containerregistry:Registry": arm("Microsoft.ContainerRegistry/registries", "registryName"),
  "azure-native:containerservice:ManagedCluster": arm("Microsoft.ContainerService/managedClusters", "resourceName"),
  "azure-native:managedidentity:UserAssignedIdentity": arm(
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "resourceName",
  ),
  "azure-native:network:Subnet": (inputs, place) => `${virtualNetwork(inputs, place)}/subnets/${inputs("subnetName")}`,
  "azure-native:network:VirtualNetwork": virtualNetwork,
  "azure-native:resources:ResourceGroup": (inputs, { subscription }) =>
    `/subscriptions/${subscription}/resourceGroups/${inputs("resourceGroupName")}`,
};

class MissingInput extends Error {}

/**
 * The id that a resource has in its cloud, if it is there; undefined where that cannot be told.
 *
 * @param state all resources of the stack, which say where it is
 */
export function identify(resource: StateResource, state: readonly StateResource[]): string | undefined {
  const inputs: Inputs = (key) => {
    const value = resource.inputs?.[key];
    if (typeof value !== "string" || value === "") throw new MissingInput(key);
    return value;
  };
  try {
    return identifiers[resource.type]?.(inputs, placeOf(resource, state));
  } catch (error) {
    if (error instanceof MissingInput) return undefined;
    throw error;
  }
}

/** Read when an id needs it, and not before: no other cloud has it. */
function placeOf(resource: StateResource, state: readonly StateResource[]): Place {
  return {
    get project() {
      const provider = state.find(({ urn, id }) => `${urn}::${id ?? ""}` === resource.provider);
      return found("project", resource.inputs?.project ?? provider?.inputs?.project);
    },
    get subscription() {
      const ids = state.map(({ id }) => /^\/subscriptions\/([^/]+)\//.exec(id ?? "")?.[1]);
      return found("subscription", ids.find((id) => id !== undefined) ?? process.env.ARM_SUBSCRIPTION_ID);
    },
  };
}

function found(what: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw new MissingInput(what);
  return value;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
