import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { builtInRoles as componentRoles } from "../../../components/azure/role-assignment";
import { builtInRoles } from "../../../rehearsal/clouds/azure-native/roles";
import { type Azure, place, role, roles, simulatedAzure, types } from "./support";

const somebody = "00000000-0000-4000-8000-000000000001";

async function withRegistry(azure: Azure) {
  await azure.resourceGroup();
  return azure.registry();
}

/** An identity that the directory does not know everywhere yet. */
function insertFreshIdentity(azure: Azure, principalId: string): void {
  const { world } = azure;
  const now = world.now();
  const later = now + world.milliseconds(1e9);
  const item = { type: types.identity, id: "fresh", identity: "fresh", inputs: {}, outputs: { principalId } };
  world.insert({ ...item, readyAt: now, visibleAt: later });
}

describe("simulated Azure: role assignments", () => {
  test("get a GUID for a name where none is given, and take no other name", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    const { id } = await azure.assign(registry.id, roles.acrPull, somebody);
    assert.match(id, /registries\/\w+\/providers\/Microsoft\.Authorization\/roleAssignments\/[0-9a-f-]{36}$/);
    const inputs = { scope: registry.id, roleDefinitionId: roles.acrPull, principalId: somebody };
    assert.match(azure.faults("assignment", { ...inputs, roleAssignmentName: "acr-pull" }), /roleAssignmentName.*GUID/);
  });

  test("are refused to a Contributor, in Azure's words", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    azure.world.set("caller", {
      allow: ["*"],
      deny: ["Microsoft.Authorization/*/write", "Microsoft.Authorization/*/delete"],
    });
    await assert.rejects(
      azure.assign(registry.id, roles.acrPull, somebody),
      /does not have authorization to perform action 'Microsoft\.Authorization\/roleAssignments\/write'/,
    );
  });

  test("exist once for each role, principal and scope", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    const first = await azure.assign(registry.id, roles.acrPull, somebody);
    await assert.rejects(azure.assign(registry.id, roles.acrPull, somebody), /RoleAssignmentExists/);
    await assert.doesNotReject(azure.assign(registry.id, roles.reader, somebody));
    await azure.delete("assignment", first);
    await assert.doesNotReject(azure.assign(registry.id, roles.acrPull, somebody));
  });

  test("look a principal up unless its type is given: a new one is not found", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    insertFreshIdentity(azure, somebody);
    const user = { principalType: "User" };
    await assert.rejects(azure.assign(registry.id, roles.acrPull, somebody, user), /PrincipalNotFound/);
    await assert.doesNotReject(azure.assign(registry.id, roles.acrPull, somebody));
  });

  test("refuse an identity that is called a user, as the SDK does by default", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    const identity = await azure.create("identity", { ...place, resourceName: "kubelet" });
    const { principalId } = identity.properties;
    await assert.rejects(
      azure.assign(registry.id, roles.acrPull, principalId, { principalType: "User" }),
      /UnmatchedPrincipalType.*'ServicePrincipal'.*'User'/,
    );
  });

  test("accept an id that names nobody when the type is given", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    await assert.doesNotReject(azure.assign(registry.id, roles.acrPull, somebody));
  });

  test("cannot be updated; another principal or scope replaces them", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    const assignment = await azure.assign(registry.id, roles.acrPull, somebody);
    const diff = azure.diff("assignment", assignment, { principalId: "00000000-0000-4000-8000-000000000002" });
    assert.deepEqual(diff.replaced, ["principalId"]);
    assert.deepEqual(azure.diff("assignment", assignment, { roleDefinitionId: roles.reader }).replaced, []);
    await assert.rejects(
      azure.update("assignment", assignment, { roleDefinitionId: roles.reader }),
      /RoleAssignmentUpdateNotPermitted/,
    );
  });

  test("need a scope and a role that exist", async (context) => {
    const azure = simulatedAzure(context);
    const registry = await withRegistry(azure);
    await assert.rejects(azure.assign(`${registry.id}x`, roles.acrPull, somebody), /ResourceNotFound/);
    await assert.rejects(azure.assign("/subscriptions/other", roles.acrPull, somebody), /ResourceNotFound/);
    await assert.rejects(azure.assign(registry.id, role(somebody), somebody), /RoleDefinitionDoesNotExist/);
  });

  test("the components assign roles that Azure has", () => {
    const known = builtInRoles.map(({ id }) => id);
    for (const id of Object.values(componentRoles)) {
      assert.ok(known.includes(id), id);
    }
  });
});
