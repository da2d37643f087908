import { z } from "zod";
import type { ProviderDefinition } from "../kernel/definition";
import { getClientConfig } from "./client-config";
import { cluster } from "./cluster";
import { getManagedCluster, listManagedClusterUserCredentials } from "./credentials";
import { federatedCredential } from "./federated-credential";
import { getUserAssignedIdentity, identity } from "./identity";
import { key, vault } from "./key-vault";
import { logIn } from "./log-in";
import { subnet, virtualNetwork } from "./network";
import { registry } from "./registry";
import { functionRequestOf, requestOf } from "./requests";
import { resourceGroup } from "./resource-group";
import { roleAssignment } from "./role-assignment";
import { roleDefinition } from "./role-definition";
import { guidText, location } from "./schema";
import { blobContainer, blobService, storageAccount } from "./storage";

/** Simulates azure-native 3: the types that the platform uses, of one subscription. */
export const provider: ProviderDefinition = {
  name: "azure-native",
  // Of the real provider's keys, those that hold no credential.
  config: z.strictObject({
    location: location.optional(),
    subscriptionId: guidText.optional(),
    tenantId: guidText.optional(),
    clientId: guidText.optional(),
    environment: z.enum(["public", "usgovernment", "china"]).optional(),
    useOidc: z.enum(["true", "false"]).optional(),
    useMsi: z.enum(["true", "false"]).optional(),
  }),
  resources: [
    resourceGroup,
    virtualNetwork,
    subnet,
    identity,
    federatedCredential,
    roleDefinition,
    roleAssignment,
    storageAccount,
    blobService,
    blobContainer,
    vault,
    key,
    registry,
    cluster,
  ],
  functions: [getClientConfig, getUserAssignedIdentity, getManagedCluster, listManagedClusterUserCredentials],
  // azure-native, provider.go, Update: "a limited list of outputs that are universally immutable".
  knownInPreview: ["name", "location"],
  world: () => "azure",
  logIn,
  request: requestOf,
  functionRequest: functionRequestOf,
};
