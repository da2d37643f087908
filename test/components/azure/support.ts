import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { MockTables } from "../../support/mocks";

/** A GUID that is easy to tell from others. */
export function guid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export const resourceGroup = "/subscriptions/8d65815f-a5b6-402f-9298-045155da7d74/resourceGroups/trinity-dev-azure";
export const subnetId = `${resourceGroup}/providers/Microsoft.Network/virtualNetworks/net/subnets/nodes`;
export const registryId = `${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/trinitydevazureacr`;
export const identityId = `${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/control-plane`;
export const kubeletObjectId = guid(1);
export const adminGroup = guid(2);

/** Base64 of PEM text, as it stands in a kubeconfig. */
export const authority = Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64");

/** A kubeconfig as AKS hands it out, which asks for a device code. */
export const issuedKubeconfig = Buffer.from(
  `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${authority}
    server: https://trinity-dev-azure-1a2b3c4d.hcp.eastus.azmk8s.io:443
  name: trinity-dev-azure
kind: Config
users:
- name: clusterUser
  user:
    exec:
      args: [get-token, --login, devicecode]
      command: kubelogin
`,
).toString("base64");

/** What Azure returns for each type that the components use. */
export const azureMocks: MockTables = {
  resources: {
    "azure-native:resources:ResourceGroup": ({ resourceGroupName }) => ({ id: resourceGroup, name: resourceGroupName }),
    "azure-native:network:VirtualNetwork": ({ virtualNetworkName }) => ({ name: virtualNetworkName }),
    "azure-native:network:Subnet": ({ subnetName }) => ({ id: subnetId, name: subnetName }),
    // All else that this and the cluster return is unknown in a preview of a change.
    "azure-native:managedidentity:UserAssignedIdentity": ({ resourceName }) => ({ id: identityId, name: resourceName }),
    "azure-native:containerregistry:Registry": ({ registryName }) => ({
      id: registryId,
      name: registryName,
      loginServer: `${String(registryName)}.azurecr.io`,
    }),
    "azure-native:authorization:RoleAssignment": () => ({}),
    "azure-native:authorization:RoleDefinition": ({ scope, roleDefinitionId }) => ({
      id: `${String(scope)}/providers/Microsoft.Authorization/roleDefinitions/${String(roleDefinitionId)}`,
    }),
    "azure-native:managedidentity:FederatedIdentityCredential": () => ({}),
    "azure-native:storage:StorageAccount": ({ accountName }) => ({ name: accountName }),
    "azure-native:storage:BlobServiceProperties": () => ({}),
    "azure-native:storage:BlobContainer": ({ containerName }) => ({ name: containerName }),
    "azure-native:keyvault:Vault": ({ vaultName }) => ({ name: vaultName }),
    "azure-native:keyvault:Key": ({ keyName }) => ({ name: keyName }),
    "azure-native:containerservice:ManagedCluster": ({ resourceName }) => ({ name: resourceName }),
  },
  functions: {
    "azure-native:managedidentity:getUserAssignedIdentity": () => ({ clientId: guid(3), principalId: guid(4) }),
    "azure-native:containerservice:getManagedCluster": ({ resourceName }) => ({
      fqdn: `${String(resourceName)}-1a2b3c4d.hcp.eastus.azmk8s.io`,
      identityProfile: { kubeletidentity: { clientId: guid(5), objectId: kubeletObjectId } },
    }),
    "azure-native:containerservice:listManagedClusterUserCredentials": () => ({
      kubeconfigs: [{ name: "clusterUser", value: issuedKubeconfig }],
    }),
  },
};

/** For assert.throws: a refusal of this input property, in these words. */
export function refusal(property: string, words: RegExp) {
  return (error: unknown) => {
    assert.ok(pulumi.InputPropertyError.isInstance(error), `${String(error)} is no InputPropertyError`);
    assert.equal(error.propertyPath, property);
    assert.match(error.reason, words);
    return true;
  };
}
