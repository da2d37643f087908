import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { Properties } from "../kernel/values";
import { deleteEverythingIn, resourceId, simulatedTenant, takenByAnother } from "./arm";
import { inResourceGroup } from "./resource-group";
import { guidText, location, tags } from "./schema";

export const vaultType = "azure-native:keyvault:Vault";

/** 3 to 24 letters, digits and single hyphens, a letter first (terraform-provider-azurerm). */
const vaultName = z
  .string()
  .min(3)
  .max(24)
  .regex(/^[A-Za-z](-?[A-Za-z0-9])*$/);

const secondsOfDay = 24 * 60 * 60;

/** How long a deleted vault keeps its name: of 7 to 90 days, which the platform sets to the most. */
const heldDays = 90;

export const vault = defineResource({
  type: vaultType,
  source:
    "Microsoft.KeyVault vaults 2024-11-01; Azure Key Vault soft-delete overview; azure-native 3, default versions",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    vaultName,
    location,
    properties: z.strictObject({
      tenantId: guidText,
      sku: z.strictObject({ family: z.literal("A"), name: z.enum(["standard", "premium"]) }),
      enableRbacAuthorization: z.boolean().optional(),
      // Since 2025 there is no vault without (Azure Key Vault, soft-delete overview).
      enableSoftDelete: z.literal(true).optional(),
      softDeleteRetentionInDays: z.int().min(7).max(90).optional(),
      // learn.microsoft.com/azure/key-vault/general/soft-delete-overview: on for good, or left out.
      enablePurgeProtection: z.literal(true).optional(),
      // What the SDK fills in.
      enabledForDeployment: z.literal(false).optional(),
      enabledForDiskEncryption: z.literal(false).optional(),
      enabledForTemplateDeployment: z.literal(false).optional(),
      publicNetworkAccess: z.enum(["enabled", "disabled"]).optional(),
    }),
    tags,
  }),
  immutable: ["resourceGroupName", "vaultName", "location"],
  computed: ["name", "type"],
  autoName: { property: "vaultName", separator: "", digits: 8 },
  // In all of Azure, without regard to case: it is part of a host's name.
  identity: (inputs) => inputs.vaultName.toLowerCase(),
  taken: "VaultAlreadyExists",
  held: { seconds: heldDays * secondsOfDay, error: "ConflictError: Exist soft deleted vault with the same name." },
  references: [inResourceGroup],
  // 2:07 to 2:42 in terraform logs.
  seconds: { create: 140, update: 10, delete: 10 },
  permissions: {
    create: "Microsoft.KeyVault/vaults/write",
    delete: "Microsoft.KeyVault/vaults/delete",
    read: "Microsoft.KeyVault/vaults/read",
  },
  verify: ({ properties }) => {
    if (properties.tenantId.toLowerCase() !== simulatedTenant) {
      throw new CloudError("InvalidTenantId", `The tenant ${properties.tenantId} is not the subscription's.`);
    }
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config, previous }) => {
    const before = previous?.inputs.properties as (typeof inputs)["properties"] | undefined;
    const { enablePurgeProtection, softDeleteRetentionInDays } = inputs.properties;
    if (before?.enablePurgeProtection === true && enablePurgeProtection !== true) {
      throw new CloudError("BadRequest", 'The property "enablePurgeProtection" cannot be set to false once it is on.');
    }
    if (before !== undefined && before.softDeleteRetentionInDays !== softDeleteRetentionInDays) {
      throw new CloudError(
        "BadRequest",
        'The property "softDeleteRetentionInDays" has been set already and cannot be modified.',
      );
    }
    return {
      id: vaultId(config, inputs),
      outputs: { name: inputs.vaultName, type: "Microsoft.KeyVault/vaults" },
    };
  },
});

export const key = defineResource({
  type: "azure-native:keyvault:Key",
  source: "Microsoft.KeyVault vaults/keys 2024-11-01",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    vaultName,
    keyName: z
      .string()
      .min(1)
      .max(127)
      .regex(/^[A-Za-z0-9-]+$/),
    properties: z.strictObject({
      kty: z.enum(["RSA", "RSA-HSM"]),
      keySize: z.literal([2048, 3072, 4096]),
      keyOps: z.array(z.enum(["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"])).min(1),
    }),
    tags,
  }),
  immutable: ["resourceGroupName", "vaultName", "keyName"],
  computed: ["name", "type", "keyUri", "keyUriWithVersion"],
  autoName: { property: "keyName", separator: "", digits: 8 },
  identity: (inputs, { config }) => keyId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [
    inResourceGroup,
    { property: "vaultName", types: [vaultType], by: "name", missing: "ParentResourceNotFound" },
  ],
  seconds: { create: 3, delete: 3 },
  permissions: {
    create: "Microsoft.KeyVault/vaults/keys/write",
    // Of its contents, not of the vault: the management API has no delete.
    delete: "Microsoft.KeyVault/vaults/keys/delete",
    read: "Microsoft.KeyVault/vaults/keys/read",
  },
  verify: (inputs, { world, config }) => {
    const of = world.find(vaultType, vaultId(config, inputs))?.inputs.properties as
      { readonly sku: { readonly name: string } } | undefined;
    if (inputs.properties.kty === "RSA-HSM" && of?.sku.name !== "premium") {
      throw new CloudError("NotSupported", "Keys of type RSA-HSM need a vault of SKU premium.");
    }
  },
  create: (inputs, { config, previous }) => {
    if (previous !== undefined && JSON.stringify(previous.inputs.properties) !== JSON.stringify(inputs.properties)) {
      // Keys - Create If Not Exist: "the existing key's details will be returned with no changes".
      throw new CloudError("KeyNotChanged", "a key that exists is not changed through the management API");
    }
    const keyUri = `https://${inputs.vaultName.toLowerCase()}.vault.azure.net/keys/${inputs.keyName}`;
    return {
      id: keyId(config, inputs),
      outputs: {
        name: inputs.keyName,
        type: "Microsoft.KeyVault/vaults/keys",
        keyUri,
        keyUriWithVersion: `${keyUri}/${"0".repeat(32)}`,
      },
    };
  },
});

interface InVault {
  readonly resourceGroupName: string;
  readonly vaultName: string;
}

function vaultId(config: Properties, inputs: InVault): string {
  return resourceId(config, inputs.resourceGroupName, `Microsoft.KeyVault/vaults/${inputs.vaultName}`);
}

function keyId(config: Properties, inputs: InVault & { readonly keyName: string }): string {
  return `${vaultId(config, inputs)}/keys/${inputs.keyName}`;
}
