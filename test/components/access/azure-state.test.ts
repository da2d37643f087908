import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { State, type StateArgs } from "../../../components/access/azure/state";
import { writesOnlyStacksOf } from "../../../components/access/azure/state-condition";
import { stateGrants } from "../../../infra/access/azure/state";
import { conditionAllows } from "../../../rehearsal/clouds/azure-native/condition";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { azureMocks, guid } from "../azure/support";

const subscription = "/subscriptions/8d65815f-a5b6-402f-9298-045155da7d74";
const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

const args: StateArgs = {
  subscription,
  resourceGroupName: "trinity-dev-bootstrap",
  location: "eastus",
  accountName: "trinitydevstate",
  vaultName: "trinitydevstate",
  tenantId: guid(1),
  users: {
    change: {
      principalId: guid(2),
      roleId: guid(3),
      roleName: "trinity-dev-ci-change-state",
      dataActions: [`${blobs}/write`, `${blobs}/read`],
      condition: "(condition)",
    },
  },
  tags: { project: "trinity" },
};

describe("State in Azure", () => {
  test("is a container and a key, each used by roles of their own, and what holds it is protected", async () => {
    const { result, resources } = await runWithMocks(azureMocks, () => new State("ci-state", args));
    assert.deepEqual(listOf(resources), [
      "azure-native:authorization:RoleAssignment ci-state-change-blobs",
      "azure-native:authorization:RoleAssignment ci-state-change-key",
      "azure-native:authorization:RoleDefinition ci-state-change",
      "azure-native:keyvault:Key ci-state-key",
      "azure-native:keyvault:Vault ci-state-vault",
      "azure-native:storage:BlobContainer ci-state-container",
      "azure-native:storage:BlobServiceProperties ci-state-blobs",
      "azure-native:storage:StorageAccount ci-state-account",
      "trinity:azure:State ci-state",
    ]);
    assert.deepEqual(unparented(resources), ["ci-state"]);
    assert.deepEqual(
      resources
        .filter(({ protect }) => protect)
        .map(({ name }) => name)
        .sort(),
      ["ci-state-account", "ci-state-container", "ci-state-key", "ci-state-vault"],
    );
    assert.equal(await valueOf(result.backend), "azblob://state?storage_account=trinitydevstate");
    assert.equal(await valueOf(result.secretsProvider), "azurekeyvault://trinitydevstate.vault.azure.net/keys/state");
  });

  test("is never public, nor open to whoever has a key, nor without TLS; every version of it is kept", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new State("ci-state", args));
    const { inputs } = find(resources, "ci-state-account");
    assert.equal(inputs.allowBlobPublicAccess, false);
    assert.equal(inputs.allowSharedKeyAccess, false);
    assert.equal(inputs.enableHttpsTrafficOnly, true);
    assert.equal(inputs.minimumTlsVersion, "TLS1_2");
    assert.equal(find(resources, "ci-state-container").inputs.publicAccess, "None");
    assert.equal(find(resources, "ci-state-blobs").inputs.isVersioningEnabled, true);
    const vault = find(resources, "ci-state-vault").inputs.properties as Readonly<Record<string, unknown>>;
    assert.equal(vault.enableRbacAuthorization, true);
    assert.equal(vault.enablePurgeProtection, true);
  });

  test("is used within the container under the condition, and with the key alone", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new State("ci-state", args));
    const [definition] = find(resources, "ci-state-change").inputs.permissions as [Readonly<Record<string, unknown>>];
    assert.deepEqual(definition, {
      actions: [],
      notActions: [],
      dataActions: [`${blobs}/read`, `${blobs}/write`],
      notDataActions: [],
    });
    const inContainer = find(resources, "ci-state-change-blobs").inputs;
    assert.deepEqual([inContainer.scope, inContainer.condition], ["ci-state-container-id", "(condition)"]);
    const withKey = find(resources, "ci-state-change-key").inputs;
    assert.deepEqual([withKey.scope, withKey.condition], ["ci-state-key-id", undefined]);
  });
});

describe("whoever writes the state of some stacks", () => {
  const files = (stack: string) => [
    `.pulumi/stacks/trinity/${stack}.json`,
    `.pulumi/stacks/trinity/${stack}.json.bak`,
    `.pulumi/locks/organization/trinity/${stack}/1.json`,
    `.pulumi/history/trinity/${stack}/${stack}-1.history.json`,
    `.pulumi/backups/trinity/${stack}/${stack}.1.json`,
  ];
  for (const [identity, stack, allowed] of [
    ["push", "dev-mandelbrot", true],
    ["push", "dev-aws-viewer", true],
    ["push", "dev-aws", false],
    ["push", "dev-bootstrap-azure", false],
    ["push", "prod-mandelbrot", false],
    ["deploy", "dev-azure", true],
    ["deploy", "dev-bootstrap-gcp", false],
    ["deploy", "prod-azure", false],
  ] as const) {
    test(`${identity} ${allowed ? "writes" : "does not write"} ${stack}, and reads it`, () => {
      const condition = writesOnlyStacksOf("trinity", "dev", stateGrants[identity].writesNoneOf);
      for (const path of files(stack)) {
        const attributes = { [`@Resource[${blobs}:path]`]: path };
        for (const action of [`${blobs}/write`, `${blobs}/add/action`, `${blobs}/delete`]) {
          assert.equal(conditionAllows(condition, { action, attributes }), allowed, `${action} ${path}`);
        }
        assert.equal(conditionAllows(condition, { action: `${blobs}/read`, attributes }), true);
      }
    });
  }

  test("writes no other file", () => {
    const condition = writesOnlyStacksOf("trinity", "dev", []);
    const attributes = { [`@Resource[${blobs}:path]`]: ".pulumi/meta.yaml" };
    assert.equal(conditionAllows(condition, { action: `${blobs}/write`, attributes }), false);
  });
});
