import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Registry, type RegistryArgs } from "../../../components/azure/registry";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { azureMocks, registryId } from "./support";

const args: RegistryArgs = {
  resourceGroupName: "trinity-dev-azure",
  location: "eastus",
  registryName: "trinitydevazureacr",
  sku: "Standard",
  repositories: { mandelbrot: "mandelbrot", julia: "julia" },
};

describe("Registry", () => {
  test("declares one registry for every app, without admin user and anonymous pull", async () => {
    const { result, resources } = await runWithMocks(azureMocks, () => new Registry("base", args));
    assert.deepEqual(listOf(resources), [
      "azure-native:containerregistry:Registry base-registry",
      "trinity:azure:Registry base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    const { inputs } = find(resources, "base-registry");
    assert.equal(inputs.adminUserEnabled, false);
    assert.equal(inputs.anonymousPullEnabled, false);
    assert.deepEqual(inputs.sku, { name: "Standard" });
    assert.equal(await valueOf(result.registryId), registryId);
    assert.equal(await valueOf(result.host), "trinitydevazureacr.azurecr.io");
    assert.deepEqual(await valueOf(result.repositories), {
      mandelbrot: "trinitydevazureacr.azurecr.io/mandelbrot",
      julia: "trinitydevazureacr.azurecr.io/julia",
    });
  });

  test("takes another SKU", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new Registry("base", { ...args, sku: "Premium" }));
    assert.deepEqual(find(resources, "base-registry").inputs.sku, { name: "Premium" });
  });
});
