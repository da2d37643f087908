import { CloudError } from "../kernel/errors";
import type { CallContext } from "../kernel/definition";
import type { CloudRecord } from "../kernel/world";
import type { ClusterInputs } from "./cluster-schema";
import { identityType } from "./identity";
import { subnetType } from "./network";
import { containsAddress, overlap } from "./ranges";
import { findGrant, joinSubnetAction } from "./roles";

/** What AKS refuses of a new or a changed cluster. @throws CloudError */
export function verifyCluster(inputs: ClusterInputs, context: CallContext): void {
  verifyPools(inputs);
  verifyIdentity(inputs);
  verifyRanges(inputs, context);
  verifySubnetAccess(inputs, context);
  // learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
  if (inputs.disableLocalAccounts === true && inputs.aadProfile?.managed !== true) {
    invalid("disableLocalAccounts", "needs Microsoft Entra integration (aadProfile.managed)");
  }
  // learn.microsoft.com/azure/aks/workload-identity-deploy-cluster
  if (inputs.securityProfile?.workloadIdentity?.enabled === true && inputs.oidcIssuerProfile?.enabled !== true) {
    invalid("securityProfile.workloadIdentity", "needs the OIDC issuer (oidcIssuerProfile.enabled)");
  }
  // learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium
  const { networkDataplane, networkPolicy, networkPlugin } = inputs.networkProfile;
  if (networkPolicy === "cilium" && networkDataplane !== "cilium") {
    invalid("networkProfile.networkPolicy", "cilium needs the cilium data plane");
  }
  if (networkDataplane === "cilium" && networkPlugin !== "azure") {
    invalid("networkProfile.networkDataplane", "cilium needs network plugin azure");
  }
}

/**
 * What AKS refuses of the pools of a new cluster only. Of an existing one it takes bounds that the present count is out
 * of (Azure/AKS#1758).
 *
 * @throws CloudError
 */
export function verifyFirstCounts({ agentPoolProfiles }: ClusterInputs): void {
  for (const { name, count = 1, enableAutoScaling, minCount = 0, maxCount = 0 } of agentPoolProfiles) {
    if (enableAutoScaling === true && (count < minCount || count > maxCount)) {
      invalid(
        `agentPoolProfiles.${name}.count`,
        `${count} is not between minCount ${minCount} and maxCount ${maxCount}`,
      );
    }
  }
}

/** What AKS refuses to change. @throws CloudError */
export function verifyClusterChange(before: CloudRecord, after: ClusterInputs): void {
  const old = before.inputs as unknown as ClusterInputs;
  // learn.microsoft.com/azure/aks/use-oidc-issuer: "Once enabled, it can't be disabled."
  if (old.oidcIssuerProfile?.enabled === true && after.oidcIssuerProfile?.enabled !== true) {
    invalid("oidcIssuerProfile.enabled", "the OIDC issuer cannot be disabled");
  }
  // learn.microsoft.com/azure/aks/load-balancer-standard, limitations: "You can't change the load balancer SKU"
  if (old.networkProfile.loadBalancerSku !== after.networkProfile.loadBalancerSku) {
    throw new CloudError(
      "PropertyChangeNotAllowed",
      "Changing property 'networkProfile.loadBalancerSku' is not allowed.",
    );
  }
  // learn.microsoft.com/azure/aks/upgrade-cluster: one minor version at a time, and never down.
  const [from, to] = [minor(old.kubernetesVersion), minor(after.kubernetesVersion)];
  if (to < from || to > from + 1) {
    throw new CloudError(
      "OperationNotAllowed",
      `Upgrading Kubernetes version ${old.kubernetesVersion} to ${after.kubernetesVersion} is not allowed: minor ` +
        `versions cannot be skipped or taken back.`,
    );
  }
  for (const pool of after.agentPoolProfiles) {
    const same = old.agentPoolProfiles.find(({ name }) => name === pool.name);
    // learn.microsoft.com/azure/aks/manage-node-pools, limitations; code as in pulumi-azure-native#959.
    for (const property of ["vmSize", "vnetSubnetID", "availabilityZones"] as const) {
      if (same !== undefined && JSON.stringify(same[property]) !== JSON.stringify(pool[property])) {
        throw new CloudError("PropertyChangeNotAllowed", `Changing property 'properties.${property}' is not allowed.`);
      }
    }
  }
}

function verifyPools({ agentPoolProfiles, kubernetesVersion }: ClusterInputs): void {
  // learn.microsoft.com/azure/aks/use-system-pools
  if (!agentPoolProfiles.some(({ mode }) => mode === "System")) {
    invalid("agentPoolProfiles", "there must be at least one pool of mode System");
  }
  for (const {
    name,
    mode,
    count = 1,
    minCount,
    maxCount,
    enableAutoScaling,
    orchestratorVersion,
    vmSize,
  } of agentPoolProfiles) {
    if (enableAutoScaling !== true && (minCount !== undefined || maxCount !== undefined)) {
      invalid(`agentPoolProfiles.${name}`, "minCount and maxCount need enableAutoScaling");
    }
    if (mode === "System" && (minCount ?? count) < 1) {
      invalid(`agentPoolProfiles.${name}`, "a system pool has at least one node");
    }
    // learn.microsoft.com/azure/aks/use-system-pools: "a VM SKU of at least 4 vCPUs", "B series VMs aren't supported".
    const [, family = "", vCpus = "0"] = /^Standard_([A-Z]+)(\d+)/.exec(vmSize) ?? [];
    if (mode === "System" && (family === "B" || Number(vCpus) < 4)) {
      invalid(`agentPoolProfiles.${name}.vmSize`, `${vmSize} is too small for a system pool, or of the B series`);
    }
    // learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling: never above the control plane.
    if (orchestratorVersion !== undefined && minor(orchestratorVersion) > minor(kubernetesVersion)) {
      invalid(`agentPoolProfiles.${name}.orchestratorVersion`, `is above the control plane's ${kubernetesVersion}`);
    }
  }
}

function verifyIdentity({ identity }: ClusterInputs): void {
  const count = identity.userAssignedIdentities?.length ?? 0;
  if (count !== (identity.type === "UserAssigned" ? 1 : 0)) {
    invalid("identity", `type ${identity.type} does not go with ${count} user-assigned identities`);
  }
}

function verifyRanges(inputs: ClusterInputs, { world }: CallContext): void {
  const { serviceCidr, podCidr, dnsServiceIP } = inputs.networkProfile;
  if (!containsAddress(serviceCidr, dnsServiceIP)) {
    invalid("networkProfile.dnsServiceIP", `${dnsServiceIP} is not in the service CIDR ${serviceCidr}`);
  }
  if (overlap(serviceCidr, podCidr)) {
    invalid("networkProfile.podCidr", `${podCidr} overlaps the service CIDR ${serviceCidr}`);
  }
  // Of the nodes' virtual network. Source: Azure/AKS#1117, Azure/AKS#3551
  for (const { vnetSubnetID } of inputs.agentPoolProfiles) {
    const network = vnetSubnetID?.split("/subnets/")[0];
    for (const subnet of world.list(subnetType).filter(({ id }) => id.split("/subnets/")[0] === network)) {
      const range = String(subnet.inputs.addressPrefix);
      if (overlap(range, serviceCidr)) {
        throw new CloudError(
          "ServiceCidrOverlapExistingSubnetsCidr",
          `The specified service CIDR ${serviceCidr} is conflicted with an existing subnet CIDR ${range}`,
        );
      }
    }
  }
}

/**
 * Both who deploys and the cluster's own identity must be allowed to use the subnet. AKS retries until a fresh
 * assignment has its effect, so that it only has to exist. Source: Azure/AKS#2673; AKS, custom virtual networks.
 */
function verifySubnetAccess(inputs: ClusterInputs, { world }: CallContext): void {
  const identities = inputs.identity.userAssignedIdentities ?? [];
  if (identities.length > 0) {
    world.authorize("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action");
  }
  for (const { vnetSubnetID } of inputs.agentPoolProfiles) {
    if (vnetSubnetID === undefined) {
      continue;
    }
    world.authorize(joinSubnetAction);
    for (const id of identities) {
      const principalId = String(world.find(identityType, id)?.outputs.principalId);
      if (findGrant(world, principalId, joinSubnetAction, vnetSubnetID) === undefined) {
        throw new CloudError(
          "LinkedAuthorizationFailed",
          `The client with object id '${principalId}' does not have permission to perform action '${joinSubnetAction}' ` +
            `on the linked scope(s) '${vnetSubnetID}'.`,
        );
      }
    }
  }
}

function minor(version: string): number {
  return Number(version.split(".")[1]);
}

function invalid(property: string, reason: string): never {
  throw new CloudError("InvalidParameter", `The value of parameter ${property} is invalid: ${reason}.`);
}
