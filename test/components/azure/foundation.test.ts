import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Foundation } from "../../../components/azure/foundation";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { azureMocks, refusal, subnetId } from "./support";

const args = {
  resourceGroupName: "trinity-dev-azure",
  location: "eastus",
  addressSpace: "10.240.0.0/16",
  tags: { env: "dev" },
};

describe("Foundation", () => {
  test("declares a resource group, a network and the nodes' subnet", async () => {
    const { result, resources } = await runWithMocks(azureMocks, () => new Foundation("base", args));
    assert.deepEqual(listOf(resources), [
      "azure-native:network:Subnet base-nodes",
      "azure-native:network:VirtualNetwork base-network",
      "azure-native:resources:ResourceGroup base-group",
      "trinity:azure:Foundation base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    const network = find(resources, "base-network");
    assert.deepEqual(network.inputs.addressSpace, { addressPrefixes: ["10.240.0.0/16"] });
    assert.deepEqual(network.ignoreChanges, ["subnets"]);
    assert.deepEqual(network.inputs.tags, args.tags);
    assert.equal(find(resources, "base-nodes").inputs.addressPrefix, "10.240.0.0/22");
    assert.equal(await valueOf(result.resourceGroupName), "trinity-dev-azure");
    assert.equal(await valueOf(result.nodeSubnetId), subnetId);
  });

  test("leaves a group alone that is somebody else's", async () => {
    const { result, resources } = await runWithMocks(
      azureMocks,
      () => new Foundation("base", { ...args, groupExists: true }),
    );
    assert.deepEqual(listOf(resources), [
      "azure-native:network:Subnet base-nodes",
      "azure-native:network:VirtualNetwork base-network",
      "trinity:azure:Foundation base",
    ]);
    assert.equal(await valueOf(result.resourceGroupName), "trinity-dev-azure");
  });

  test("refuses a network that cannot hold the subnet, before anything is declared", async () => {
    await assert.rejects(
      runWithMocks(azureMocks, () => new Foundation("base", { ...args, addressSpace: "10.240.0.0/24" })),
      refusal("addressSpace", /must be a \/22 or larger/),
    );
  });
});
