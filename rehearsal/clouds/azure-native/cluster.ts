import { defineResource } from "../kernel/definition";
import type { Properties } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { deleteObjectsOf } from "../kubernetes/objects";
import { deleteEverythingIn, guid, resourceGroupId, resourceId, simulatedTenant, takenByAnother } from "./arm";
import { clusterInputs, type ClusterInputs } from "./cluster-schema";
import { verifyCluster, verifyClusterChange, verifyFirstCounts } from "./cluster-rules";
import { identityType, principalOutputs } from "./identity";
import { subnetType } from "./network";
import { deleteResourceGroup, inResourceGroup, resourceGroupType } from "./resource-group";

export const clusterType = "azure-native:containerservice:ManagedCluster";

/** The middle of what terraform logs commonly show, 3:39 to 4:45; azure-native polls every 10 s. */
const creationSeconds = 250;

export const cluster = defineResource({
  type: clusterType,
  source: "Microsoft.ContainerService managedClusters 2025-09-01; azure-native, gen/replacement.go",
  inputs: clusterInputs,
  immutable: [
    "resourceGroupName",
    "resourceName",
    "location",
    "dnsPrefix",
    "nodeResourceGroup",
    "networkProfile.networkPlugin",
    "networkProfile.networkPluginMode",
    "networkProfile.networkDataplane",
    "networkProfile.networkPolicy",
    "networkProfile.outboundType",
    "networkProfile.podCidr",
    "networkProfile.serviceCidr",
    "networkProfile.dnsServiceIP",
  ],
  computed: [
    "name",
    "type",
    "fqdn",
    "currentKubernetesVersion",
    "identityProfile",
    "nodeResourceGroup",
    "oidcIssuerProfile",
    "provisioningState",
  ],
  autoName: { property: "resourceName", separator: "", digits: 8 },
  identity: (inputs, { config }) => clusterId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [
    inResourceGroup,
    {
      property: "agentPoolProfiles[].vnetSubnetID",
      types: [subnetType],
      missing: "SubnetNotFound",
      inUse: "InUseSubnetCannotBeDeleted",
    },
    { property: "identity.userAssignedIdentities[]", types: [identityType], missing: "FailedIdentityOperation" },
  ],
  // Update: of a pool or a profile, polled every 10 s. Delete: 8:12 in a log, seen at the next poll of 30 s.
  seconds: { create: creationSeconds, update: 60, delete: 510 },
  permissions: {
    create: "Microsoft.ContainerService/managedClusters/write",
    delete: "Microsoft.ContainerService/managedClusters/delete",
    read: "Microsoft.ContainerService/managedClusters/read",
  },
  verify: verifyCluster,
  whenDeleted: (record, { world, config }) => {
    deleteObjectsOf(world, String(record.outputs.fqdn));
    deleteResourceGroup(world, resourceGroupId(config, String(record.outputs.nodeResourceGroup)));
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config, world, previous }) => {
    const id = clusterId(config, inputs);
    if (previous !== undefined) {
      verifyClusterChange(previous, inputs);
      const agentPoolProfiles = autoscaled(inputs.agentPoolProfiles);
      return { id, outputs: { ...previous.outputs, ...versionOutputs(inputs), agentPoolProfiles } };
    }
    verifyFirstCounts(inputs);
    const nodeResourceGroup = nodeResourceGroupName(inputs);
    const kubelet = insertNodeResourceGroup(world, config, inputs, nodeResourceGroup);
    return {
      id,
      outputs: {
        name: inputs.resourceName,
        type: "Microsoft.ContainerService/ManagedClusters",
        fqdn: `${inputs.dnsPrefix}-${guid(`${id} ${world.now()}`).slice(0, 8)}.hcp.${inputs.location}.azmk8s.io`,
        identityProfile: {
          kubeletidentity: {
            resourceId: kubelet.id,
            clientId: kubelet.outputs.clientId,
            objectId: kubelet.outputs.principalId,
          },
        },
        nodeResourceGroup,
        oidcIssuerProfile: issuer(inputs, id),
        provisioningState: "Succeeded",
        ...versionOutputs(inputs),
      },
    };
  },
});

/**
 * The autoscaler brings the number of nodes into new bounds: at once, as AKS does for the lower one (AKS release of
 * 2021-07-22, "Cluster autoscaler will now enforce the minimum count").
 */
function autoscaled(pools: ClusterInputs["agentPoolProfiles"]): ClusterInputs["agentPoolProfiles"] {
  return pools.map((pool) => {
    const { enableAutoScaling, count = 1, minCount = 0, maxCount = 0 } = pool;
    return enableAutoScaling === true ? { ...pool, count: Math.min(Math.max(count, minCount), maxCount) } : pool;
  });
}

function versionOutputs(inputs: ClusterInputs): Properties {
  const { kubernetesVersion } = inputs;
  // The newest patch of the minor version; which one it is changes from week to week.
  const full = kubernetesVersion.split(".").length === 3 ? kubernetesVersion : `${kubernetesVersion}.1`;
  return { currentKubernetesVersion: full };
}

function issuer(inputs: ClusterInputs, id: string): Properties | undefined {
  return inputs.oidcIssuerProfile === undefined
    ? undefined
    : {
        ...inputs.oidcIssuerProfile,
        issuerURL: `https://${inputs.location}.oic.prod-aks.azure.com/${simulatedTenant}/${guid(id)}/`,
      };
}

/** `MC_<group>_<cluster>_<location>`, cut at 80 characters (AKS FAQ, node resource group). */
function nodeResourceGroupName(inputs: ClusterInputs): string {
  return (
    inputs.nodeResourceGroup ?? `MC_${inputs.resourceGroupName}_${inputs.resourceName}_${inputs.location}`.slice(0, 80)
  );
}

/** AKS makes a resource group for the nodes, and in it the identity that kubelets pull with. */
function insertNodeResourceGroup(
  world: World,
  config: Properties,
  inputs: ClusterInputs,
  name: string,
): Pick<CloudRecord, "id" | "outputs"> {
  const readyAt = world.now() + world.milliseconds(creationSeconds);
  const groupId = resourceGroupId(config, name);
  const { location } = inputs;
  world.insert({
    type: resourceGroupType,
    id: groupId,
    identity: groupId.toLowerCase(),
    inputs: { resourceGroupName: name, location },
    outputs: { name, type: "Microsoft.Resources/resourceGroups" },
    readyAt,
    visibleAt: readyAt,
  });
  const kubeletName = `${inputs.resourceName}-agentpool`;
  const kubeletId = resourceId(config, name, `Microsoft.ManagedIdentity/userAssignedIdentities/${kubeletName}`);
  const outputs = principalOutputs(kubeletId, kubeletName, world.now());
  world.insert({
    type: identityType,
    id: kubeletId,
    identity: kubeletId.toLowerCase(),
    inputs: { resourceGroupName: name, resourceName: kubeletName, location },
    outputs,
    readyAt,
    visibleAt: readyAt,
  });
  return { id: kubeletId, outputs };
}

export function clusterId(
  config: Properties,
  inputs: { readonly resourceGroupName: string; readonly resourceName: string },
): string {
  return resourceId(
    config,
    inputs.resourceGroupName,
    `Microsoft.ContainerService/managedClusters/${inputs.resourceName}`,
  );
}
