import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PullAccess } from "../../../components/azure/pull-access";
import { roleDefinitionId } from "../../../components/azure/role-assignment";
import { find, listOf, runWithMocks, unparented } from "../../support/mocks";
import { azureMocks, kubeletObjectId, registryId } from "./support";

describe("role definitions", () => {
  test("are written as Azure writes them back, with the subscription", () => {
    assert.equal(
      roleDefinitionId(registryId, "acrPull"),
      "/subscriptions/8d65815f-a5b6-402f-9298-045155da7d74/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
    );
  });

  test("need the id of a resource", () => {
    assert.throws(() => roleDefinitionId("trinitydevazureacr", "acrPull"), /"trinitydevazureacr" is not the id/);
  });
});

describe("PullAccess", () => {
  test("gives AcrPull on the registry alone to the kubelets' object id", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new PullAccess("base", { registryId, kubeletObjectId }));
    assert.deepEqual(listOf(resources), [
      "azure-native:authorization:RoleAssignment base-acr-pull",
      "trinity:azure:PullAccess base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    assert.deepEqual(find(resources, "base-acr-pull").inputs, {
      scope: registryId,
      roleDefinitionId: roleDefinitionId(registryId, "acrPull"),
      principalId: kubeletObjectId,
      principalType: "ServicePrincipal",
    });
  });
});
