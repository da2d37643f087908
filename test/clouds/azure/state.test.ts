import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { simulatedTenant } from "../../../rehearsal/clouds/azure-native/arm";
import { type Azure, place, simulatedAzure, types } from "./support";

const accountInputs = {
  ...place,
  accountName: "trinitydevstate",
  kind: "StorageV2",
  sku: { name: "Standard_ZRS" },
  allowBlobPublicAccess: false,
};

const containerInputs = { resourceGroupName: "group", accountName: "trinitydevstate", containerName: "state" };

const vaultProperties = {
  tenantId: simulatedTenant,
  sku: { family: "A", name: "standard" },
  enableRbacAuthorization: true,
  softDeleteRetentionInDays: 90,
  enablePurgeProtection: true,
};

const vaultInputs = { ...place, vaultName: "trinitydevstate", properties: vaultProperties };

const keyInputs = {
  resourceGroupName: "group",
  vaultName: "trinitydevstate",
  keyName: "state",
  properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
};

async function withVault(azure: Azure) {
  await azure.resourceGroup();
  return azure.create("vault", vaultInputs);
}

describe("simulated Azure: storage accounts", () => {
  test("hold containers, and take them along", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await assert.rejects(azure.create("container", containerInputs), /ParentResourceNotFound/);
    const account = await azure.create("account", accountInputs);
    const { id } = await azure.create("container", containerInputs);
    assert.equal(id, `${account.id}/blobServices/default/containers/state`);
    await azure.delete("account", account);
    assert.deepEqual(azure.world.list(types.container), []);
  });

  test("have a name that no other has", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await azure.resourceGroup("other");
    await azure.create("account", accountInputs);
    const again = { ...accountInputs, resourceGroupName: "other" };
    await assert.rejects(azure.create("account", again), /StorageAccountAlreadyTaken/);
  });

  test("have names of 3 to 24 lower-case letters and digits, and so have the provider's", (context) => {
    const azure = simulatedAzure(context);
    for (const accountName of ["ab", "a".repeat(25), "trinity-dev", "Trinity"]) {
      assert.match(azure.faults("account", { ...accountInputs, accountName }), /accountName/);
    }
    const unnamed = { ...accountInputs, accountName: undefined };
    assert.match(azure.check("account", unnamed, "with-hyphen").failures[0]?.property ?? "", /accountName/);
  });

  test("make nothing public unless they allow it", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await azure.create("account", accountInputs);
    const open = { ...containerInputs, publicAccess: "Blob" };
    await assert.rejects(azure.create("container", open), /PublicAccessNotPermitted/);
    await azure.create("account", { ...accountInputs, accountName: "another", allowBlobPublicAccess: true });
    await assert.doesNotReject(azure.create("container", { ...open, accountName: "another" }));
  });

  test("have containers named by letters, digits and single hyphens", (context) => {
    const azure = simulatedAzure(context);
    for (const containerName of ["ab", "State", "a--b", "-ab", "a".repeat(64)]) {
      assert.match(azure.faults("container", { ...containerInputs, containerName }), /containerName/);
    }
  });
});

describe("simulated Azure: key vaults", () => {
  test("have a name that no other has, nor had in the last 90 days", async (context) => {
    const azure = simulatedAzure(context);
    const vault = await withVault(azure);
    await assert.rejects(azure.create("vault", vaultInputs), /VaultAlreadyExists/);
    await azure.delete("vault", vault);
    await assert.rejects(azure.create("vault", vaultInputs), /Exist soft deleted vault with the same name/);
  });

  test("have names of 3 to 24 letters, digits and single hyphens", (context) => {
    const azure = simulatedAzure(context);
    for (const vaultName of ["ab", "a".repeat(25), "a--b", "1ab", "ab-", "a_b"]) {
      assert.match(azure.faults("vault", { ...vaultInputs, vaultName }), /vaultName/);
    }
  });

  test("take no false for the protection from being purged, nor lose it", async (context) => {
    const azure = simulatedAzure(context);
    const properties = { ...vaultProperties, enablePurgeProtection: false };
    assert.match(azure.faults("vault", { ...vaultInputs, properties }), /enablePurgeProtection/);
    const vault = await withVault(azure);
    const without = { ...vaultProperties, enablePurgeProtection: undefined };
    await assert.rejects(azure.update("vault", vault, { properties: without }), /cannot be set to false/);
  });

  test("keep what is deleted for 7 to 90 days, which does not change", async (context) => {
    const azure = simulatedAzure(context);
    for (const softDeleteRetentionInDays of [6, 91]) {
      const properties = { ...vaultProperties, softDeleteRetentionInDays };
      assert.match(azure.faults("vault", { ...vaultInputs, properties }), /softDeleteRetentionInDays/);
    }
    const vault = await withVault(azure);
    const properties = { ...vaultProperties, softDeleteRetentionInDays: 30 };
    await assert.rejects(azure.update("vault", vault, { properties }), /cannot be modified/);
  });

  test("are of the subscription's tenant", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    const properties = { ...vaultProperties, tenantId: "00000000-0000-4000-8000-000000000001" };
    await assert.rejects(azure.create("vault", { ...vaultInputs, properties }), /InvalidTenantId/);
  });

  test("hold keys, which do not change and go with them", async (context) => {
    const azure = simulatedAzure(context);
    const vault = await withVault(azure);
    const key = await azure.create("key", keyInputs);
    assert.equal(key.properties.keyUri, "https://trinitydevstate.vault.azure.net/keys/state");
    const larger = { ...keyInputs.properties, keySize: 4096 };
    await assert.rejects(azure.update("key", key, { properties: larger }), /KeyNotChanged/);
    await azure.delete("vault", vault);
    assert.deepEqual(azure.world.list(types.key), []);
  });

  test("hold keys in hardware only in SKU premium", async (context) => {
    const azure = simulatedAzure(context);
    await withVault(azure);
    const properties = { ...keyInputs.properties, kty: "RSA-HSM" };
    await assert.rejects(azure.create("key", { ...keyInputs, properties }), /NotSupported/);
  });
});
