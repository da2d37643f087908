import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findRepository } from "../../../rehearsal/clouds/azure-native/repositories";
import { place, registryInputs, simulatedAzure, subscription, types } from "./support";

describe("simulated Azure: container registries", () => {
  for (const registryName of ["acr1", "trinity-dev", "trinity_dev", "a".repeat(51)]) {
    test(`"${registryName.slice(0, 12)}" is refused as a name at preview`, (context) => {
      const azure = simulatedAzure(context);
      assert.match(azure.faults("registry", { ...registryInputs, registryName }), /registryName/);
    });
  }

  test("a logical name with a hyphen makes a name that is refused", (context) => {
    const azure = simulatedAzure(context);
    const { inputs, failures } = azure.check("registry", { ...place, sku: { name: "Standard" } }, "base-registry");
    assert.match(String(inputs.registryName), /^base-registry[0-9a-f]{8}$/);
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["registryName"],
    );
  });

  test("a name that anybody in the world has taken is refused", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    const id =
      "/subscriptions/another/resourceGroups/x/providers/Microsoft.ContainerRegistry/registries/TrinityDevAzureAcr";
    const inputs = { ...registryInputs, registryName: "TrinityDevAzureAcr" };
    const now = azure.world.now();
    azure.world.insert({ type: types.registry, id, identity: id, inputs, outputs: {}, readyAt: now, visibleAt: now });
    await assert.rejects(azure.registry(), /AlreadyInUse.*trinitydevazureacr\.azurecr\.io is already in use/);
  });

  test("an SKU that does not exist is refused at preview, another one is set in place", async (context) => {
    const azure = simulatedAzure(context);
    assert.match(azure.faults("registry", { ...registryInputs, sku: { name: "Classic" } }), /sku\.name/);
    await azure.resourceGroup();
    const registry = await azure.registry();
    assert.deepEqual(azure.diff("registry", registry, { sku: { name: "Premium" } }).replaced, []);
    assert.deepEqual(azure.diff("registry", registry, { registryName: "another" }).replaced, ["registryName"]);
  });

  test("anonymous pull and private access depend on the SKU", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await assert.rejects(azure.registry({ sku: { name: "Basic" }, anonymousPullEnabled: true }), /SkuNotSupported/);
    await assert.rejects(azure.registry({ publicNetworkAccess: "Disabled" }), /SkuNotSupported/);
    await assert.doesNotReject(azure.registry({ publicNetworkAccess: "Disabled", sku: { name: "Premium" } }));
  });

  test("its API version knows no roleAssignmentMode, so that it cannot be an ABAC registry", (context) => {
    const azure = simulatedAzure(context);
    const inputs = { ...registryInputs, roleAssignmentMode: "AbacRepositoryPermissions" };
    assert.match(azure.faults("registry", inputs), /roleAssignmentMode/);
  });

  test("deleting it takes its role assignments along", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    const registry = await azure.registry();
    const role = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`;
    const assignment = await azure.assign(registry.id, role, "00000000-0000-4000-8000-000000000001");
    await azure.delete("registry", registry);
    assert.equal(await azure.read("assignment", assignment), undefined);
  });

  test("a repository begins with its first push, and its tags can be moved", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await azure.registry();
    const host = "trinitydevazureacr.azurecr.io";
    assert.deepEqual(findRepository(azure.world, host, "never-pushed"), { exists: true, immutableTags: false });
    assert.equal(findRepository(azure.world, "other.azurecr.io", "mandelbrot").exists, false);
    assert.equal(findRepository(azure.world, host, "").exists, false);
  });
});
