/**
 * Actions that Azure has, of the many those on the kinds of resources that the platform uses. Azure refuses a role that
 * names none of its own.
 * Source: learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
 */
const resources: Readonly<Record<string, readonly string[]>> = {
  "Microsoft.Authorization/roleAssignments": ["read", "write", "delete"],
  "Microsoft.Authorization/roleDefinitions": ["read", "write", "delete"],
  "Microsoft.ContainerRegistry/registries": ["read", "write", "delete", "listCredentials/action"],
  "Microsoft.ContainerRegistry/registries/artifacts": ["delete"],
  "Microsoft.ContainerRegistry/registries/operationStatuses": ["read"],
  "Microsoft.ContainerRegistry/registries/pull": ["read"],
  "Microsoft.ContainerRegistry/registries/push": ["write"],
  "Microsoft.ContainerService/managedClusters": [
    "read",
    "write",
    "delete",
    "listClusterAdminCredential/action",
    "listClusterUserCredential/action",
  ],
  "Microsoft.KeyVault/vaults": ["read", "write", "delete"],
  "Microsoft.KeyVault/vaults/keys": ["read", "write"],
  "Microsoft.ManagedIdentity/userAssignedIdentities": ["read", "write", "delete", "assign/action"],
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials": ["read", "write", "delete"],
  "Microsoft.Network/virtualNetworks": ["read", "write", "delete"],
  "Microsoft.Network/virtualNetworks/subnets": ["read", "write", "delete", "join/action"],
  "Microsoft.Resources/subscriptions/resourceGroups": ["read", "write", "delete"],
  "Microsoft.Storage/storageAccounts": ["read", "write", "delete", "listkeys/action"],
  "Microsoft.Storage/storageAccounts/blobServices": ["read", "write"],
  "Microsoft.Storage/storageAccounts/blobServices/containers": ["read", "write", "delete"],
};

/** The same of data actions: what is done with what a resource holds. */
const contents: Readonly<Record<string, readonly string[]>> = {
  "Microsoft.KeyVault/vaults/keys": ["read", "encrypt/action", "decrypt/action", "wrap/action", "unwrap/action"],
  "Microsoft.Storage/storageAccounts/blobServices/containers/blobs": [
    "read",
    "write",
    "delete",
    "add/action",
    "move/action",
  ],
};

const actions = namesOf(resources);
const dataActions = namesOf(contents);

export function actionExists(action: string): boolean {
  return actions.has(action.toLowerCase());
}

export function dataActionExists(action: string): boolean {
  return dataActions.has(action.toLowerCase());
}

/** Names are compared without regard to case. */
function namesOf(table: typeof resources): ReadonlySet<string> {
  return new Set(Object.entries(table).flatMap(([type, ends]) => ends.map((end) => `${type}/${end}`.toLowerCase())));
}
