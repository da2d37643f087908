import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assignsOnly } from "../../../components/access/azure/condition";
import { conditionAllows, roleAssignmentAttributes } from "../../../rehearsal/clouds/azure-native/condition";
import { builtInRoles, findGrant } from "../../../rehearsal/clouds/azure-native/roles";
import { role, roles, simulatedAzure } from "./support";

const write = "Microsoft.Authorization/roleAssignments/write";
const remove = "Microsoft.Authorization/roleAssignments/delete";
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const somebody = "00000000-0000-4000-8000-000000000001";
const administrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

function asked(action: string, roleId: string, principalType: string | undefined = "ServicePrincipal") {
  const source = action === write ? "Request" : "Resource";
  const attributes = roleAssignmentAttributes(source, {
    roleDefinitionId: role(roleId),
    principalId: somebody,
    principalType,
  });
  return { action, attributes };
}

describe("simulated Azure: conditions of role assignments", () => {
  const condition = assignsOnly([acrPull]);

  for (const [what, request, allowed] of [
    ["assigns a role of the list", asked(write, acrPull), true],
    ["takes one away", asked(remove, acrPull), true],
    ["does not assign Owner", asked(write, owner), false],
    ["does not take Owner away", asked(remove, owner), false],
    ["assigns nothing to a user", asked(write, acrPull, "User"), false],
    ["takes nothing away from a group", asked(remove, acrPull, "Group"), false],
    ["reads assignments", { action: "Microsoft.Authorization/roleAssignments/read", attributes: {} }, true],
    ["assigns nothing when the role is not known", { action: write, attributes: {} }, false],
  ] as const) {
    test(`whoever may assign some roles ${what}`, () => {
      assert.equal(conditionAllows(condition, request), allowed);
    });
  }

  test("decide whether an assignment of a role counts", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    const limit = { condition, conditionVersion: "2.0" };
    await azure.assign(group.id, role(administrator), somebody, limit);
    const may = (request: ReturnType<typeof asked>) =>
      findGrant(azure.world, somebody, request.action, group.id, request.attributes) !== undefined;
    assert.equal(may(asked(write, acrPull)), true);
    assert.equal(may(asked(write, owner)), false);
    assert.equal(may(asked(remove, owner)), false);
  });

  test("come with their version", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    await assert.rejects(azure.assign(group.id, roles.acrPull, somebody, { condition }), /InvalidConditionVersion/);
    await assert.rejects(
      azure.assign(group.id, roles.acrPull, somebody, { conditionVersion: "2.0" }),
      /InvalidConditionVersion/,
    );
    assert.match(azure.faults("assignment", { conditionVersion: "1.0" }), /conditionVersion/);
  });

  test("can be changed in place, as nothing else of an assignment can", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    const version = { conditionVersion: "2.0" };
    const assignment = await azure.assign(group.id, roles.acrPull, somebody, { condition, ...version });
    await assert.doesNotReject(azure.update("assignment", assignment, { condition: assignsOnly([owner]) }));
  });

  for (const text of [
    "",
    "ActionMatches",
    "(ActionMatches{'a'}",
    "ActionMatches{'a'} ActionMatches{'b'}",
    "@Request[a:b] GuidSmells {1}",
    "@Request[a:b] GuidEquals {1 2}",
    "@Everything[a:b] GuidEquals {1}",
    "ActionMatches{'a'} AND $",
  ]) {
    test(`are understood, or refused: ${text}`, async (context) => {
      const azure = simulatedAzure(context);
      const group = await azure.resourceGroup();
      const changes = { condition: text, conditionVersion: "2.0" };
      await assert.rejects(
        azure.assign(group.id, roles.acrPull, somebody, changes),
        /InvalidConditionInRoleAssignment/,
      );
    });
  }

  for (const [text, path, allowed] of [
    ["StringLike '.pulumi/*/trinity/dev-*'", ".pulumi/locks/organization/trinity/dev-aws/1.json", true],
    ["StringLike '.pulumi/*/trinity/dev-*'", ".pulumi/stacks/trinity/prod-aws.json", false],
    ["StringLike 'a?c'", "abc", true],
    ["StringLike 'ABC'", "abc", false],
    ["ForAllOfAllValues:StringNotLike {'*dev-aws*', '*dev-gcp*'}", "stacks/dev-gcp.json", false],
    ["ForAllOfAllValues:StringNotLike {'*dev-aws*', '*dev-gcp*'}", "stacks/dev-shop.json", true],
  ] as const) {
    test(`compare texts: ${path} ${text}`, () => {
      const attributes = { "@Resource[blobs:path]": path };
      assert.equal(conditionAllows(`@Resource[blobs:path] ${text}`, { action: "any", attributes }), allowed);
    });
  }

  test("the simulation knows the roles that the tests name", () => {
    for (const id of [acrPull, owner, administrator]) assert.ok(builtInRoles.some((known) => known.id === id));
  });
});
