import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { deleteEverythingIn, resourceId, sameId, takenByAnother } from "./arm";
import { inResourceGroup } from "./resource-group";
import { location, tags } from "./schema";

export const registryType = "azure-native:containerregistry:Registry";

export const registry = defineResource({
  type: registryType,
  source:
    "Microsoft.ContainerRegistry registries 2023-01-01-preview, the default of azure-native 3; no roleAssignmentMode",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    registryName: z
      .string()
      .min(5)
      .max(50)
      .regex(/^[A-Za-z0-9]*$/),
    location,
    sku: z.strictObject({ name: z.enum(["Basic", "Standard", "Premium"]) }),
    adminUserEnabled: z.boolean().optional(),
    anonymousPullEnabled: z.boolean().optional(),
    networkRuleBypassOptions: z.enum(["AzureServices", "None"]).optional(),
    publicNetworkAccess: z.enum(["Enabled", "Disabled"]).optional(),
    zoneRedundancy: z.enum(["Enabled", "Disabled"]).optional(),
    tags,
  }),
  immutable: ["resourceGroupName", "registryName", "location"],
  computed: ["name", "type", "loginServer", "provisioningState"],
  // Fails the charset when the logical name has a hyphen, as with the real provider.
  autoName: { property: "registryName", separator: "", digits: 8 },
  identity: (inputs, { config }) => registryId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [inResourceGroup],
  // 8 to 28 s in logs; azure-native polls every 10 s. A delete is polled every 30 s. Images do not hinder it.
  seconds: { create: 10, update: 10, delete: 30 },
  permissions: {
    create: "Microsoft.ContainerRegistry/registries/write",
    delete: "Microsoft.ContainerRegistry/registries/delete",
    read: "Microsoft.ContainerRegistry/registries/read",
  },
  verify: (inputs, { world, config }) => {
    const id = registryId(config, inputs);
    const name = inputs.registryName.toLowerCase();
    const other = world.list(registryType).find((item) => String(item.inputs.registryName).toLowerCase() === name);
    if (other !== undefined && !sameId(other.id, id)) {
      throw new CloudError("AlreadyInUse", `The registry DNS name ${name}.azurecr.io is already in use.`);
    }
    // Azure Container Registry, SKU features and limits: Basic has no anonymous pull; private access needs Premium.
    if (inputs.anonymousPullEnabled === true && inputs.sku.name === "Basic") {
      throw new CloudError("SkuNotSupported", "anonymous pull is not available in SKU Basic");
    }
    if (inputs.publicNetworkAccess === "Disabled" && inputs.sku.name !== "Premium") {
      throw new CloudError("SkuNotSupported", `public network access cannot be disabled in SKU ${inputs.sku.name}`);
    }
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config }) => ({
    id: registryId(config, inputs),
    outputs: {
      name: inputs.registryName,
      type: "Microsoft.ContainerRegistry/registries",
      loginServer: `${inputs.registryName.toLowerCase()}.azurecr.io`,
      provisioningState: "Succeeded",
    },
  }),
});

function registryId(
  config: Parameters<typeof resourceId>[0],
  inputs: { readonly resourceGroupName: string; readonly registryName: string },
): string {
  return resourceId(config, inputs.resourceGroupName, `Microsoft.ContainerRegistry/registries/${inputs.registryName}`);
}
