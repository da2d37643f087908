import { z } from "zod";
import { guidText, ipv4Range, location, tags } from "./schema";

const nodePool = z.strictObject({
  // terraform-provider-azurerm, kubernetes node pool name.
  name: z.string().regex(/^[a-z][a-z\d]{0,11}$/),
  mode: z.enum(["System", "User"]),
  type: z.enum(["VirtualMachineScaleSets"]),
  osType: z.enum(["Linux"]),
  vmSize: z.string().min(1),
  vnetSubnetID: z.string().startsWith("/subscriptions/").optional(),
  availabilityZones: z.array(z.enum(["1", "2", "3"])).optional(),
  orchestratorVersion: z.string().optional(),
  enableAutoScaling: z.boolean().optional(),
  count: z.int().min(0).max(1000).optional(),
  minCount: z.int().min(0).max(1000).optional(),
  maxCount: z.int().min(0).max(1000).optional(),
});

const networkProfile = z.strictObject({
  networkPlugin: z.enum(["azure", "kubenet", "none"]),
  networkPluginMode: z.enum(["overlay"]).optional(),
  networkDataplane: z.enum(["azure", "cilium"]).optional(),
  networkPolicy: z.enum(["none", "calico", "azure", "cilium"]).optional(),
  loadBalancerSku: z.enum(["standard", "basic"]).optional(),
  outboundType: z
    .enum(["loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway"])
    .optional(),
  podCidr: ipv4Range,
  serviceCidr: ipv4Range,
  dnsServiceIP: z.ipv4(),
});

/** What the program may say of a cluster. */
export const clusterInputs = z.strictObject({
  resourceGroupName: z.string(),
  // 1 to 63 characters, alphanumeric at both ends (terraform-provider-azurerm).
  resourceName: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[A-Za-z0-9]$|^[A-Za-z0-9][\w-]{0,61}[A-Za-z0-9]$/),
  location,
  // 1 to 54 characters, no underscore (terraform-provider-azurerm).
  dnsPrefix: z
    .string()
    .min(1)
    .max(54)
    .regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/),
  kubernetesVersion: z.string().regex(/^1\.\d+(\.\d+)?$/),
  sku: z
    .strictObject({ name: z.enum(["Base", "Automatic"]), tier: z.enum(["Free", "Standard", "Premium"]) })
    .optional(),
  identity: z.strictObject({
    type: z.enum(["SystemAssigned", "UserAssigned"]),
    userAssignedIdentities: z.array(z.string()).optional(),
  }),
  agentPoolProfiles: z.array(nodePool).min(1),
  networkProfile,
  enableRBAC: z.boolean().optional(),
  disableLocalAccounts: z.boolean().optional(),
  aadProfile: z
    .strictObject({
      managed: z.boolean().optional(),
      enableAzureRBAC: z.boolean().optional(),
      adminGroupObjectIDs: z.array(guidText).optional(),
    })
    .optional(),
  apiServerAccessProfile: z.strictObject({ authorizedIPRanges: z.array(ipv4Range).max(200).optional() }).optional(),
  oidcIssuerProfile: z.strictObject({ enabled: z.boolean() }).optional(),
  securityProfile: z.strictObject({ workloadIdentity: z.strictObject({ enabled: z.boolean() }).optional() }).optional(),
  autoUpgradeProfile: z
    .strictObject({
      upgradeChannel: z.enum(["rapid", "stable", "patch", "node-image", "none"]).optional(),
      nodeOSUpgradeChannel: z.enum(["None", "Unmanaged", "NodeImage", "SecurityPatch"]).optional(),
    })
    .optional(),
  nodeResourceGroup: z.string().max(80).optional(),
  tags,
});

export type ClusterInputs = z.output<typeof clusterInputs>;
