import { z } from "zod";
import { defineResource, type Reference } from "../kernel/definition";
import type { World } from "../kernel/world";
import { deleteEverythingIn, isWithin, resourceGroupId, takenByAnother } from "./arm";
import { location, tags } from "./schema";

export const resourceGroupType = "azure-native:resources:ResourceGroup";

/** Everything lies in a resource group, which must exist. */
export const inResourceGroup: Reference = {
  property: "resourceGroupName",
  types: [resourceGroupType],
  by: "name",
  missing: "ResourceGroupNotFound",
};

export const resourceGroup = defineResource({
  type: resourceGroupType,
  source: "Azure Resource Manager, resourceGroups 2024-03-01; naming: resource name rules",
  inputs: z.strictObject({
    // Letters, digits, hyphens, underscores, periods and parentheses, no period at the end.
    resourceGroupName: z
      .string()
      .min(1)
      .max(90)
      .regex(/^[-\w.()]*[-\w()]$/),
    location,
    tags,
  }),
  // azure-native, gen/replacement.go: location; names are part of the path.
  immutable: ["resourceGroupName", "location"],
  computed: ["name", "type"],
  autoName: { property: "resourceGroupName", separator: "", digits: 8 },
  identity: (inputs, { config }) => resourceGroupId(config, inputs.resourceGroupName).toLowerCase(),
  taken: takenByAnother,
  // 1 to 2 s in logs. A delete is polled every 30 s (azure-native).
  seconds: { create: 2, delete: 30 },
  permissions: {
    create: "Microsoft.Resources/subscriptions/resourceGroups/write",
    delete: "Microsoft.Resources/subscriptions/resourceGroups/delete",
    read: "Microsoft.Resources/subscriptions/resourceGroups/read",
  },
  whenDeleted: (record, { world }) => {
    emptyResourceGroup(world, record.id);
  },
  create: (inputs, { config }) => ({
    id: resourceGroupId(config, inputs.resourceGroupName),
    outputs: { name: inputs.resourceGroupName, type: "Microsoft.Resources/resourceGroups" },
  }),
});

/** Deletes what lies in a resource group, and the node resource groups of clusters in it. */
function emptyResourceGroup(world: World, id: string): void {
  for (const { id: clusterId, outputs } of world.list("azure-native:containerservice:ManagedCluster")) {
    if (isWithin(clusterId, id)) {
      deleteResourceGroup(world, id.replace(/[^/]+$/, String(outputs.nodeResourceGroup)));
    }
  }
  deleteEverythingIn(world, id);
}

/** Deletes a resource group that a service made, with everything in it. */
export function deleteResourceGroup(world: World, id: string): void {
  emptyResourceGroup(world, id);
  world.delete(resourceGroupType, id);
}
