import { z } from "zod";
import { checkApiServerCidrs, checkNodes } from "../../components/azure/cluster-args";
import { nodeSubnetRange } from "../../components/azure/network-plan";
import { azureLocation, azureProject } from "./azure-location";
import { checkedBy } from "./checked-by";
import { commonSettings, kubernetesVersion, nodeCounts } from "./common";
import { flag, structured } from "./read";

const managedIdentity = z.guid("the object id of a managed identity, a GUID");

/** Settings of `<env>-azure`. */
export const azureSettings = z.object({
  ...commonSettings,
  /** Location of everything in the stack; also read by the Azure provider itself. */
  "azure-native:location": azureLocation,
  /** Subscription; read by the Azure provider itself. @default the one of the login, or of ARM_SUBSCRIPTION_ID */
  "azure-native:subscriptionId": z.guid("the id of a subscription, a GUID").optional(),
  /** Replaces project and environment in the registry's name, which is unique in all of Azure. */
  "trinity:azureProject": azureProject,
  /**
   * The stack's resource group: `create`, or `existing` for the one of the same name that `<env>-bootstrap-azure` made, within
   * which CI's identities may do what they may. @default create
   */
  "trinity:resourceGroup": z.enum(["create", "existing"]).default("create"),
  /** @default 1.35 */
  "trinity:kubernetesVersion": kubernetesVersion("1.35"),
  /**
   * VM size of the nodes: at least 4 vCPUs, and no B series (AKS, system node pools). AKS refuses another one in an
   * existing pool. @default Standard_D4s_v5
   */
  "trinity:nodeType": z
    .string()
    .regex(/^[A-Z][A-Za-z]+(_[A-Za-z0-9-]+)+$/, "a VM size such as Standard_D4s_v5")
    .default("Standard_D4s_v5"),
  /** Nodes in all zones together, at most 256. @default 2 to 6 */
  "trinity:nodes": nodeCounts({ minimum: 2, maximum: 6 }, checkNodes),
  /** Availability zones of the nodes; [] where the location has none. @default 1, 2 and 3 */
  "trinity:zones": structured(z.array(z.enum(["1", "2", "3"]))).prefault('["1","2","3"]'),
  /**
   * Object ids of Entra groups whose members administer the cluster. Required, since local accounts are off: the
   * identity that deploys (yours, and the workflow's) must be a member of one. `az ad group create` makes a group and
   * `az ad group member add` adds an identity.
   */
  "trinity:clusterAdmins": structured(z.array(z.guid("the object id of an Entra group, a GUID")).min(1)),
  /** Object id of the identity that looks after rollouts: `principals.rollout` of `<env>-bootstrap-azure`. @default none */
  "trinity:rolloutPrincipal": managedIdentity.optional(),
  /** Object id of the identity that reads back what the stack made in the cluster: `principals.preview` there. @default none */
  "trinity:previewPrincipal": managedIdentity.optional(),
  /** Networks that may reach the API server over the internet. @default all; access still needs a credential */
  "trinity:apiServerCidrs": structured(z.array(z.cidrv4()).min(1).superRefine(checkedBy(checkApiServerCidrs))).prefault(
    '["0.0.0.0/0"]',
  ),
  /** Addresses of the virtual network: /22 or larger. Pods have addresses of their own. @default 10.240.0.0/16 */
  "trinity:networkCidr": z.string().superRefine(checkedBy(nodeSubnetRange)).default("10.240.0.0/16"),
  /** `Standard` has an uptime agreement and a price by the hour. @default Free */
  "trinity:clusterTier": z.enum(["Free", "Standard"]).default("Free"),
  /** @default Standard */
  "trinity:registrySku": z.enum(["Basic", "Standard", "Premium"]).default("Standard"),
  /**
   * True: Pulumi refuses to delete or replace the cluster and the registry. Set it back, and update, before a destroy.
   * @default false
   */
  "trinity:deletionProtection": flag().default(false),
});
