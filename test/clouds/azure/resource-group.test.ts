import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { networkInputs, place, registryInputs, simulatedAzure } from "./support";

describe("simulated Azure: resource groups and what lies in them", () => {
  test("a name is the logical name and eight digits, without a separator, where none is given", (context) => {
    const { inputs } = simulatedAzure(context).check("group", { location: "eastus" }, "base-group");
    assert.match(String(inputs.resourceGroupName), /^base-group[0-9a-f]{8}$/);
  });

  for (const name of ["ends.", "with space", "a".repeat(91), ""]) {
    test(`"${name.slice(0, 12)}" is refused as a name at preview`, (context) => {
      const azure = simulatedAzure(context);
      assert.match(azure.faults("group", { resourceGroupName: name, location: "eastus" }), /resourceGroupName/);
    });
  }

  test("a property that the simulation does not know is refused at preview", (context) => {
    const azure = simulatedAzure(context);
    assert.match(azure.faults("group", { resourceGroupName: "group", location: "eastus", locks: [] }), /locks/);
  });

  test("what exists already is not adopted", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup("group");
    await assert.rejects(
      azure.resourceGroup("Group"),
      /cannot create already existing resource.*resourcegroups\/group/,
    );
  });

  test("nothing is created in a group that does not exist", async (context) => {
    const azure = simulatedAzure(context);
    await assert.rejects(azure.registry(), /ResourceGroupNotFound/);
    await assert.rejects(azure.create("network", networkInputs), /ResourceGroupNotFound/);
    await assert.rejects(azure.create("identity", { ...place, resourceName: "one" }), /ResourceGroupNotFound/);
  });

  test("another location replaces it, the old one first", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    const diff = azure.diff("group", group, { location: "westeurope" });
    assert.deepEqual([diff.replaced, diff.deleteFirst], [["location"], true]);
  });

  test("deleting it deletes what lies in it, and the clusters' node resource groups", async (context) => {
    const azure = simulatedAzure(context);
    const { group } = await azure.cluster();
    await azure.registry();
    await azure.delete("group", group);
    await azure.world.until(azure.world.now() + 1000);
    assert.deepEqual(
      azure.world.list().map(({ id }) => id),
      [],
    );
  });

  test("what is gone already is deleted without an error", async (context) => {
    const azure = simulatedAzure(context);
    const group = await azure.resourceGroup();
    await azure.delete("group", group);
    await assert.doesNotReject(azure.delete("group", group));
  });

  test("a caller without the permission is refused in Azure's words", async (context) => {
    const azure = simulatedAzure(context);
    azure.world.set("caller", { allow: ["*/read"], deny: [] });
    await assert.rejects(
      azure.resourceGroup(),
      /does not have authorization to perform action 'Microsoft.Resources\/subscriptions\/resourceGroups\/write'/,
    );
  });

  test("a registry of the same name is refused after its group is found", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await azure.create("registry", registryInputs);
    await assert.rejects(azure.registry(), /cannot create already existing resource/);
  });
});
