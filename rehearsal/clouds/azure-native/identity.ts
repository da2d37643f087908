import { z } from "zod";
import { defineFunction, defineResource } from "../kernel/definition";
import { deleteEverythingIn, existing, guid, resourceId, simulatedTenant, takenByAnother } from "./arm";
import { inResourceGroup } from "./resource-group";
import { location, tags } from "./schema";

export const identityType = "azure-native:managedidentity:UserAssignedIdentity";

/**
 * Until the directory knows a new identity everywhere. Microsoft names no number ("in some cases", Troubleshoot Azure
 * RBAC, "new principal"); this one lets an assignment fail that follows the identity at once.
 */
export const secondsUntilVisible = 20;

export const identity = defineResource({
  type: identityType,
  source: "Microsoft.ManagedIdentity userAssignedIdentities 2023-01-31; naming: resource name rules",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    resourceName: z
      .string()
      .min(3)
      .max(128)
      .regex(/^[A-Za-z0-9][\w-]*$/),
    location,
    tags,
  }),
  immutable: ["resourceGroupName", "resourceName", "location"],
  computed: ["name", "type", "clientId", "principalId", "tenantId"],
  autoName: { property: "resourceName", separator: "", digits: 8 },
  identity: (inputs, { config }) => identityId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [inResourceGroup],
  // 20 s and more in a terraform log; no operation to poll, so that a delete is answered at once.
  seconds: { create: 20, delete: 5, visible: secondsUntilVisible },
  permissions: {
    create: "Microsoft.ManagedIdentity/userAssignedIdentities/write",
    delete: "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
    read: "Microsoft.ManagedIdentity/userAssignedIdentities/read",
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config, world, previous }) => {
    const id = identityId(config, inputs);
    return { id, outputs: previous?.outputs ?? principalOutputs(id, inputs.resourceName, world.now()) };
  },
});

export const getUserAssignedIdentity = defineFunction({
  token: "azure-native:managedidentity:getUserAssignedIdentity",
  source: "Microsoft.ManagedIdentity userAssignedIdentities get 2023-01-31",
  inputs: z.strictObject({ resourceGroupName: z.string(), resourceName: z.string() }),
  permission: "Microsoft.ManagedIdentity/userAssignedIdentities/read",
  call: (inputs, { world, config }) => {
    const record = existing(world, identityType, identityId(config, inputs), "ResourceNotFound");
    return { ...record.inputs, ...record.outputs, id: record.id };
  },
});

/** A new identity has ids that no earlier one of the same name had. */
export function principalOutputs(id: string, name: string, createdAt: number): Record<string, string> {
  return {
    name,
    type: "Microsoft.ManagedIdentity/userAssignedIdentities",
    clientId: guid(`client ${id} ${createdAt}`),
    principalId: guid(`object ${id} ${createdAt}`),
    tenantId: simulatedTenant,
  };
}

function identityId(
  config: Parameters<typeof resourceId>[0],
  inputs: { readonly resourceGroupName: string; readonly resourceName: string },
): string {
  return resourceId(
    config,
    inputs.resourceGroupName,
    `Microsoft.ManagedIdentity/userAssignedIdentities/${inputs.resourceName}`,
  );
}
