import { z } from "zod";
import { azureLocation, azureProject } from "./azure-location";
import { bootstrapSettings } from "./bootstrap";

/** Settings of `<env>-bootstrap-azure`. */
export const bootstrapAzureSettings = z.object({
  ...bootstrapSettings,
  /** Location of the identities, of the Azure stack's resource group and of the bucket; read by the Azure provider itself. */
  "azure-native:location": azureLocation,
  /** Subscription that the environment's Azure stack is in; read by the Azure provider itself. */
  "azure-native:subscriptionId": z.guid("the id of a subscription, a GUID"),
  /** Replaces project and environment in names that are unique in all of Azure: the bucket's, and its key's vault. */
  "trinity:azureProject": azureProject,
});
