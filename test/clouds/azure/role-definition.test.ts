import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { azureGrants } from "../../../infra/access/azure/grants";
import { stateGrants } from "../../../infra/access/azure/state";
import { identityNames } from "../../../infra/access/identities";
import { actionExists, dataActionExists } from "../../../rehearsal/clouds/azure-native/operations";
import { findGrant } from "../../../rehearsal/clouds/azure-native/roles";
import { type Azure, simulatedAzure, subscription } from "./support";

const somebody = "00000000-0000-4000-8000-000000000001";
const read = "Microsoft.ContainerRegistry/registries/read";

function inputs(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    scope: subscription,
    roleDefinitionId: "00000000-0000-4000-8000-00000000000a",
    roleName: "trinity-dev-ci-preview",
    assignableScopes: [subscription],
    permissions: [permission()],
    ...changes,
  };
}

function permission(actions: readonly string[] = [read], dataActions: readonly string[] = []) {
  return { actions, notActions: [], dataActions, notDataActions: [] };
}

function create(azure: Azure, changes: Readonly<Record<string, unknown>> = {}) {
  return azure.create("definition", inputs(changes));
}

describe("simulated Azure: role definitions", () => {
  test("let whoever has them do their actions, at their scope and in it", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    const other = await azure.resourceGroup("other");
    const role = await create(azure);
    await azure.assign(group.id, role.id, somebody);
    const granted = (action: string, scope: string) => findGrant(azure.world, somebody, action, scope) !== undefined;
    assert.equal(granted(read, `${group.id}/providers/Microsoft.ContainerRegistry/registries/one`), true);
    assert.equal(granted("Microsoft.ContainerRegistry/registries/delete", group.id), false);
    assert.equal(granted(read, other.id), false);
    assert.equal(granted(read, subscription), false);
  });

  test("name actions that Azure has", async (context) => {
    const azure = simulatedAzure(context);
    const wrong = { permissions: [permission([read, "Microsoft.ContainerRegistry/registries/look"])] };
    await assert.rejects(create(azure, wrong), /InvalidActionOrNotAction: '.*registries\/look' does not match any/);
    const encrypt = "Microsoft.KeyVault/vaults/keys/encrypt/action";
    await assert.rejects(create(azure, { permissions: [permission([encrypt])] }), /InvalidActionOrNotAction/);
    await assert.doesNotReject(create(azure, { permissions: [permission([], [encrypt])] }));
  });

  test("have a name that no other role has", async (context) => {
    const azure = simulatedAzure(context);
    await create(azure);
    const other = { roleDefinitionId: "00000000-0000-4000-8000-00000000000b" };
    await assert.rejects(create(azure, other), /RoleDefinitionWithSameNameExists/);
    await assert.rejects(create(azure, { ...other, roleName: "Contributor" }), /RoleDefinitionWithSameNameExists/);
  });

  test("belong to this subscription", async (context) => {
    const azure = simulatedAzure(context);
    await assert.rejects(create(azure, { assignableScopes: ["/subscriptions/other"] }), /LinkedInvalidPropertyId/);
  });

  test("stay while somebody has them", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    const role = await create(azure);
    const assignment = await azure.assign(group.id, role.id, somebody);
    await assert.rejects(azure.delete("definition", role), /RoleDefinitionHasAssignments/);
    await azure.delete("assignment", assignment);
    await assert.doesNotReject(azure.delete("definition", role));
  });

  test("change their actions in place", async (context) => {
    const azure = simulatedAzure(context);
    const role = await create(azure);
    assert.deepEqual(azure.diff("definition", role, { permissions: [permission([])] }).replaced, []);
  });

  test("CI's have no action that Azure does not know", () => {
    for (const name of identityNames) {
      for (const action of azureGrants[name].flatMap(({ actions }) => actions)) assert.ok(actionExists(action), action);
      const { blobs, key } = stateGrants[name];
      for (const action of [...blobs, ...key].flatMap(({ actions }) => actions)) {
        assert.ok(dataActionExists(action), action);
      }
    }
  });
});
