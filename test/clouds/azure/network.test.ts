import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Azure, networkInputs, place, simulatedAzure, subnetInputs } from "./support";

async function withNetwork(azure: Azure) {
  await azure.resourceGroup();
  return azure.create("network", networkInputs);
}

describe("simulated Azure: networks", () => {
  test("a subnet needs its network", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await assert.rejects(azure.create("subnet", subnetInputs), /ParentResourceNotFound/);
  });

  for (const addressPrefix of ["10.241.0.0/22", "10.240.0.0/15", "10.240.0.0/30"]) {
    test(`a subnet ${addressPrefix} does not fit into 10.240.0.0/16`, async (context) => {
      const azure = simulatedAzure(context);
      await withNetwork(azure);
      await assert.rejects(azure.create("subnet", { ...subnetInputs, addressPrefix }), /NetcfgInvalidSubnet/);
    });
  }

  test("subnets of one network do not overlap", async (context) => {
    const azure = simulatedAzure(context);
    await withNetwork(azure);
    await azure.create("subnet", subnetInputs);
    const other = { ...subnetInputs, subnetName: "other", addressPrefix: "10.240.2.0/24" };
    await assert.rejects(azure.create("subnet", other), /NetcfgSubnetRangesOverlap/);
    await assert.doesNotReject(azure.create("subnet", { ...other, addressPrefix: "10.240.4.0/24" }));
  });

  test("a range that is none is refused at preview", (context) => {
    const azure = simulatedAzure(context);
    assert.match(azure.faults("subnet", { ...subnetInputs, addressPrefix: "10.240.0.0" }), /addressPrefix/);
    assert.match(
      azure.faults("network", { ...networkInputs, addressSpace: { addressPrefixes: [] } }),
      /addressPrefixes/,
    );
  });

  test("another range changes a subnet in place, another name replaces it", async (context) => {
    const azure = simulatedAzure(context);
    await withNetwork(azure);
    const subnet = await azure.create("subnet", subnetInputs);
    assert.deepEqual(azure.diff("subnet", subnet, { addressPrefix: "10.240.0.0/21" }).replaced, []);
    assert.deepEqual(azure.diff("subnet", subnet, { subnetName: "other" }).replaced, ["subnetName"]);
    await assert.doesNotReject(azure.update("subnet", subnet, { addressPrefix: "10.240.0.0/21" }));
  });

  test("a subnet that a cluster uses is neither deleted nor resized, nor is its network deleted", async (context) => {
    const azure = simulatedAzure(context);
    const { subnet, network, cluster } = await azure.cluster();
    await assert.rejects(azure.delete("subnet", subnet), /InUseSubnetCannotBeDeleted.*managedClusters\/cluster/);
    await assert.rejects(azure.delete("network", network), /InUseSubnetCannotBeDeleted/);
    await assert.rejects(
      azure.update("subnet", subnet, { addressPrefix: "10.240.0.0/21" }),
      /InUseSubnetCannotBeUpdated/,
    );
    await azure.delete("cluster", cluster);
    await assert.doesNotReject(azure.delete("subnet", subnet));
    await assert.doesNotReject(azure.delete("network", network));
  });

  test("deleting a network deletes its subnets", async (context) => {
    const azure = simulatedAzure(context);
    const network = await withNetwork(azure);
    const subnet = await azure.create("subnet", subnetInputs);
    await azure.delete("network", network);
    assert.equal(await azure.read("subnet", subnet), undefined);
  });

  for (const resourceName of ["id", "-control-plane", "a".repeat(129), "control.plane"]) {
    test(`an identity is not named "${resourceName.slice(0, 14)}"`, (context) => {
      assert.match(simulatedAzure(context).faults("identity", { ...place, resourceName }), /resourceName/);
    });
  }

  test("an identity made anew has other ids", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    const first = await azure.create("identity", { ...place, resourceName: "one-identity" });
    await azure.delete("identity", first);
    const second = await azure.create("identity", { ...place, resourceName: "one-identity" });
    assert.equal(first.id, second.id);
    assert.notEqual(first.properties.principalId, second.properties.principalId);
    assert.notEqual(second.properties.clientId, second.properties.principalId);
  });
});
