import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { Properties } from "../kernel/values";
import { deleteEverythingIn, resourceId, takenByAnother } from "./arm";
import { inResourceGroup } from "./resource-group";
import { location, tags } from "./schema";

export const storageAccountType = "azure-native:storage:StorageAccount";

const accountName = z
  .string()
  .min(3)
  .max(24)
  .regex(/^[a-z0-9]+$/);

const retention = z.strictObject({ enabled: z.boolean(), days: z.int().min(1).max(365) }).optional();

export const storageAccount = defineResource({
  type: storageAccountType,
  source: "Microsoft.Storage storageAccounts 2024-01-01; naming: resource name rules",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    accountName,
    location,
    kind: z.enum(["StorageV2", "BlobStorage", "BlockBlobStorage"]),
    sku: z.strictObject({ name: z.enum(["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS"]) }),
    allowBlobPublicAccess: z.boolean().optional(),
    allowSharedKeyAccess: z.boolean().optional(),
    allowCrossTenantReplication: z.boolean().optional(),
    enableHttpsTrafficOnly: z.boolean().optional(),
    minimumTlsVersion: z.enum(["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"]).optional(),
    tags,
  }),
  immutable: ["resourceGroupName", "accountName", "location"],
  computed: ["name", "type", "provisioningState"],
  autoName: { property: "accountName", separator: "", digits: 8 },
  // In all of Azure.
  identity: (inputs) => inputs.accountName,
  taken: "StorageAccountAlreadyTaken",
  references: [inResourceGroup],
  // 20 to 30 s in terraform logs; azure-native polls a create every 10 s.
  seconds: { create: 30, update: 10, delete: 5 },
  permissions: {
    create: "Microsoft.Storage/storageAccounts/write",
    delete: "Microsoft.Storage/storageAccounts/delete",
    read: "Microsoft.Storage/storageAccounts/read",
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config }) => ({
    id: accountId(config, inputs),
    outputs: { name: inputs.accountName, type: "Microsoft.Storage/storageAccounts", provisioningState: "Succeeded" },
  }),
});

const inAccount = {
  property: "accountName",
  types: [storageAccountType],
  by: "name",
  missing: "ParentResourceNotFound",
} as const;

/** An account has it from the first, and to its end. */
export const blobService = defineResource({
  type: "azure-native:storage:BlobServiceProperties",
  source: "Microsoft.Storage storageAccounts/blobServices 2024-01-01",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    accountName,
    blobServicesName: z.literal("default"),
    isVersioningEnabled: z.boolean().optional(),
    deleteRetentionPolicy: retention,
    containerDeleteRetentionPolicy: retention,
  }),
  immutable: ["resourceGroupName", "accountName", "blobServicesName"],
  computed: ["name", "type"],
  references: [inResourceGroup, inAccount],
  seconds: { create: 2, update: 2, delete: 1 },
  permissions: {
    create: "Microsoft.Storage/storageAccounts/blobServices/write",
    // It cannot be deleted: the provider writes its defaults (pulumi-azure-native, default resources).
    delete: "Microsoft.Storage/storageAccounts/blobServices/write",
    read: "Microsoft.Storage/storageAccounts/blobServices/read",
  },
  create: (inputs, { config }) => ({
    id: `${accountId(config, inputs)}/blobServices/default`,
    outputs: { name: "default", type: "Microsoft.Storage/storageAccounts/blobServices" },
  }),
});

export const blobContainer = defineResource({
  type: "azure-native:storage:BlobContainer",
  source: "Microsoft.Storage storageAccounts/blobServices/containers 2024-01-01; naming containers, blobs and metadata",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    accountName,
    containerName: z
      .string()
      .min(3)
      .max(63)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    publicAccess: z.enum(["None", "Blob", "Container"]).optional(),
  }),
  immutable: ["resourceGroupName", "accountName", "containerName"],
  computed: ["name", "type"],
  autoName: { property: "containerName", separator: "", digits: 8 },
  identity: (inputs, { config }) => containerId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [inResourceGroup, inAccount],
  seconds: { create: 2, update: 2, delete: 2 },
  permissions: {
    create: "Microsoft.Storage/storageAccounts/blobServices/containers/write",
    delete: "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
    read: "Microsoft.Storage/storageAccounts/blobServices/containers/read",
  },
  verify: (inputs, { world, config }) => {
    const account = world.find(storageAccountType, accountId(config, inputs));
    // learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent; not allowed by default in this API version.
    if ((inputs.publicAccess ?? "None") !== "None" && account?.inputs.allowBlobPublicAccess !== true) {
      throw new CloudError("PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
    }
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config }) => ({
    id: containerId(config, inputs),
    outputs: { name: inputs.containerName, type: "Microsoft.Storage/storageAccounts/blobServices/containers" },
  }),
});

interface InAccount {
  readonly resourceGroupName: string;
  readonly accountName: string;
}

function accountId(config: Properties, inputs: InAccount): string {
  return resourceId(config, inputs.resourceGroupName, `Microsoft.Storage/storageAccounts/${inputs.accountName}`);
}

function containerId(config: Properties, inputs: InAccount & { readonly containerName: string }): string {
  return `${accountId(config, inputs)}/blobServices/default/containers/${inputs.containerName}`;
}
