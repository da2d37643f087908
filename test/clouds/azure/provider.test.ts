import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { provider as definition } from "../../../rehearsal/clouds/azure-native/provider";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import { type Properties, unknown } from "../../../rehearsal/clouds/kernel/values";
import { place, registryInputs, simulatedAzure, subscription } from "./support";

describe("simulated Azure: the provider", () => {
  const faultsOf = (config: Record<string, unknown>) =>
    new SimulatedProvider(definition, "3.28.0", "unused").checkConfig(config).map(({ property }) => property);

  test("takes the real provider's configuration, and no key that it does not know", () => {
    assert.deepEqual(faultsOf({ location: "eastus", subscriptionId: subscription.split("/")[2], useOidc: "true" }), []);
    assert.deepEqual(faultsOf({ subscriptionId: "dev" }), ["subscriptionId"]);
    assert.equal(faultsOf({ locaton: "eastus" }).length, 1);
  });

  test("names its source and its permissions for every type", () => {
    for (const { type, source, permissions } of definition.resources) {
      assert.notEqual(source, "", type);
      assert.match(permissions.create, /^Microsoft\.\w+\/.*\/write$/, type);
      // Of an account's blob service only the defaults are written back.
      const end = type === "azure-native:storage:BlobServiceProperties" ? "write" : "delete";
      assert.match(permissions.delete ?? "", new RegExp(`^Microsoft\\.\\w+/.*/${end}$`), type);
      assert.match(permissions.read ?? "", /^Microsoft\.\w+\/.*\/read$/, type);
    }
  });

  test("sees a delete of a long-running kind at a poll of 30 s, and a create at one of 10 s", () => {
    const longRunning = ["VirtualNetwork", "Subnet", "Registry", "ManagedCluster"];
    for (const { type, seconds } of definition.resources.filter((item) =>
      longRunning.includes(item.type.split(":")[2] ?? ""),
    )) {
      assert.equal(seconds.create % 10, 0, type);
      assert.equal((seconds.delete ?? 1) % 30, 0, type);
    }
  });

  test("knows of a changed resource's outputs only the name in a preview, as azure-native does", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    const registry = await azure.registry();
    const preview: Properties = await azure.previewUpdate("registry", registry, { sku: { name: "Premium" } });
    assert.equal(preview.name, "trinitydevazureacr");
    assert.equal(preview.loginServer, unknown);
    assert.deepEqual(preview.sku, { name: "Premium" });
  });

  test("refuses tags that Azure refuses", (context) => {
    const azure = simulatedAzure(context);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, "x"]));
    assert.match(azure.faults("registry", { ...registryInputs, tags: { "a/b": "x" } }), /tags/);
    assert.match(azure.faults("registry", { ...registryInputs, tags: { a: "x".repeat(257) } }), /tags/);
    assert.match(azure.faults("registry", { ...registryInputs, tags: many }), /more than 50 tags/);
    assert.equal(azure.faults("registry", { ...registryInputs, tags: { "managed-by": "pulumi" } }), "");
  });

  test("refuses a location that is none", (context) => {
    const azure = simulatedAzure(context);
    assert.match(azure.faults("identity", { ...place, resourceName: "one", location: "-" }), /location/);
  });
});
