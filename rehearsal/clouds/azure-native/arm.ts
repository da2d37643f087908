import { createHash } from "node:crypto";
import { CloudError } from "../kernel/errors";
import type { CloudRecord, World } from "../kernel/world";
import type { Properties } from "../kernel/values";

/** Stand for the subscription and the tenant of whoever deploys. */
export const simulatedSubscription = "8d65815f-a5b6-402f-9298-045155da7d74";
export const simulatedTenant = "d6c3f6a1-7c3b-4f0e-9d0a-3f7a1be5c0a2";

/** A GUID, the same for the same seed. */
export function guid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

export function subscriptionOf(config: Properties): string {
  return typeof config.subscriptionId === "string" ? config.subscriptionId : simulatedSubscription;
}

/** `/subscriptions/<id>/resourceGroups/<name>` */
export function resourceGroupId(config: Properties, name: string): string {
  return `/subscriptions/${subscriptionOf(config)}/resourceGroups/${name}`;
}

/** The id of a resource in a resource group; `path` is, for instance, `Microsoft.Network/virtualNetworks/main`. */
export function resourceId(config: Properties, resourceGroup: string, path: string): string {
  return `${resourceGroupId(config, resourceGroup)}/providers/${path}`;
}

/** Ids are compared without regard to case (Azure Resource Manager, "resource names are case-insensitive"). */
export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** True when `id` is `scope` or lies in it: a role at a scope holds for everything in it. */
export function isWithin(id: string, scope: string): boolean {
  return sameId(id, scope) || id.toLowerCase().startsWith(`${scope.toLowerCase()}/`);
}

/**
 * Deleting a resource deletes what lies in it, role assignments at its scope included. Source: Azure Resource Manager,
 * "Delete resource groups"; Azure RBAC, "Remove Azure role assignments".
 */
export function deleteEverythingIn(world: World, scope: string): void {
  for (const record of world.list()) {
    if (isWithin(record.id, scope) && !sameId(record.id, scope)) {
      world.delete(record.type, record.id);
    }
  }
}

/** Id and name in the words of azure-native, which looks before it creates (its crud.go, CanCreate). */
export const takenByAnother = "cannot create already existing resource";

/** @throws CloudError with the cloud's code when the resource does not exist, or not yet */
export function existing(world: World, type: string, id: string, code: string): CloudRecord {
  const record = world.list(type).find((item) => sameId(item.id, id));
  if (record === undefined || record.readyAt > world.now() || record.deletedAt !== null) {
    throw new CloudError(code, `${id} was not found`);
  }
  return record;
}
