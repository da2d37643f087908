import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeNetwork, TestCloud } from "./support";

describe("networks", () => {
  for (const cidrBlock of ["10.0.0.0/15", "10.0.0.0/29", "10.0.0.1/16", "10.0.0.0"]) {
    test(`a VPC of ${cidrBlock} is refused`, (context) => {
      assert.equal(new TestCloud(context).faults("vpc", { cidrBlock })[0]?.startsWith("cidrBlock: "), true);
    });
  }

  test("a sixth VPC is over the quota", async (context) => {
    const cloud = new TestCloud(context);
    for (let count = 0; count < 5; count += 1) {
      await cloud.create("vpc", { cidrBlock: "10.0.0.0/16" });
    }
    await assert.rejects(cloud.create("vpc", { cidrBlock: "10.0.0.0/16" }), /VpcLimitExceeded/);
  });

  test("a subnet stays within its VPC, clear of others, in a zone of the region", async (context) => {
    const cloud = new TestCloud(context);
    const { vpc } = await makeNetwork(cloud);
    const subnet = { vpcId: vpc.id, cidrBlock: "10.0.9.0/24", availabilityZone: "us-east-1a" };
    await assert.rejects(cloud.create("subnet", { ...subnet, cidrBlock: "10.1.0.0/24" }), /InvalidSubnet\.Range/);
    await assert.rejects(cloud.create("subnet", { ...subnet, cidrBlock: "10.0.0.0/23" }), /InvalidSubnet\.Conflict/);
    await assert.rejects(
      cloud.create("subnet", { ...subnet, availabilityZone: "us-west-2a" }),
      /InvalidParameterValue.*zones of us-east-1/,
    );
    await assert.rejects(cloud.create("subnet", { ...subnet, vpcId: "vpc-0" }), /InvalidVpcID\.NotFound/);
    const made = await cloud.create("subnet", subnet);
    assert.equal(made.properties.availabilityZoneId, "use1-az6");
    assert.deepEqual(cloud.replaced(made, { availabilityZone: "us-east-1b" }), ["availabilityZone"]);
    await cloud.update(made, { tags: { Name: "renamed" } });
  });

  test("a property that the simulation does not know is refused", (context) => {
    const faults = new TestCloud(context).faults("vpc", { cidrBlock: "10.0.0.0/16", enableClassiclink: true });
    assert.match(faults.join(), /enableClassiclink/);
  });

  test("tags beginning with aws: and more than 50 are refused", (context) => {
    const cloud = new TestCloud(context);
    assert.match(cloud.faults("vpc", { cidrBlock: "10.0.0.0/16", tags: { "aws:x": "1" } }).join(), /aws:/);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, ""]));
    assert.match(cloud.faults("vpc", { cidrBlock: "10.0.0.0/16", tags: many }).join(), /at most 50 tags/);
  });

  test("a VPC goes only when nothing is in it", async (context) => {
    const cloud = new TestCloud(context);
    const { vpc, gateway, table, route, subnets, associations } = await makeNetwork(cloud);
    const endpoint = await cloud.create("endpoint", {
      vpcId: vpc.id,
      serviceName: "com.amazonaws.us-east-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: [table.id],
    });
    await assert.rejects(cloud.delete(table), /DependencyViolation/);
    for (const made of [...associations, ...subnets, route, endpoint, table]) {
      await assert.rejects(cloud.delete(vpc), /DependencyViolation/);
      await cloud.delete(made);
    }
    await assert.rejects(cloud.delete(vpc), /DependencyViolation.*InternetGateway/);
    await cloud.delete(gateway);
    await cloud.delete(vpc);
    assert.deepEqual(cloud.world.list(), []);
  });
});

describe("gateways", () => {
  test("a VPC has one internet gateway", async (context) => {
    const cloud = new TestCloud(context);
    const { vpc } = await makeNetwork(cloud);
    await assert.rejects(cloud.create("internetGateway", { vpcId: vpc.id }), /Resource\.AlreadyAssociated/);
  });

  test("a NAT gateway needs an internet gateway, and keeps it, its subnet and its address", async (context) => {
    const cloud = new TestCloud(context);
    const { subnetIds, gateway, subnets, associations } = await makeNetwork(cloud);
    const address = await cloud.create("eip", { domain: "vpc" });
    const inputs = { subnetId: subnetIds[0], allocationId: address.id };
    const nat = await cloud.create("nat", inputs);
    assert.equal(nat.properties.publicIp, address.properties.publicIp);
    await assert.rejects(cloud.create("nat", { ...inputs, subnetId: subnetIds[1] }), /Resource\.AlreadyAssociated/);
    await assert.rejects(cloud.delete(gateway), /mapped public address/);
    await assert.rejects(cloud.delete(address), /InvalidIPAddress\.InUse/);
    for (const association of associations) {
      await cloud.delete(association);
    }
    const [subnet] = subnets;
    assert.ok(subnet);
    await assert.rejects(cloud.delete(subnet), /DependencyViolation/);
    await cloud.delete(nat);
    await cloud.delete(gateway);
    await assert.rejects(cloud.create("nat", inputs), /Gateway\.NotAttached/);
  });

  test("a sixth address is over the quota", async (context) => {
    const cloud = new TestCloud(context);
    for (let count = 0; count < 5; count += 1) {
      await cloud.create("eip", { domain: "vpc" });
    }
    await assert.rejects(cloud.create("eip", { domain: "vpc" }), /AddressLimitExceeded/);
  });
});

describe("routes", () => {
  test("a table has one route to a destination, with one target", async (context) => {
    const cloud = new TestCloud(context);
    const { table, gateway, route } = await makeNetwork(cloud);
    await assert.rejects(cloud.create("route", route.inputs), /RouteAlreadyExists/);
    const destination = { routeTableId: table.id, destinationCidrBlock: "192.0.2.0/24" };
    assert.match(cloud.faults("route", destination).join(), /exactly one target/);
    assert.match(
      cloud.faults("route", { ...destination, gatewayId: gateway.id, natGatewayId: "nat-0" }).join(),
      /exactly one target/,
    );
    await assert.rejects(
      cloud.create("route", { ...destination, natGatewayId: "nat-0" }),
      /InvalidNatGatewayID\.NotFound/,
    );
  });

  test("a subnet has one table", async (context) => {
    const cloud = new TestCloud(context);
    const { associations } = await makeNetwork(cloud);
    const [association] = associations;
    assert.ok(association);
    await assert.rejects(cloud.create("association", association.inputs), /Resource\.AlreadyAssociated/);
  });

  test("a gateway endpoint is for a service that has one", async (context) => {
    const cloud = new TestCloud(context);
    const { vpc } = await makeNetwork(cloud);
    const inputs = { vpcId: vpc.id, vpcEndpointType: "Gateway" };
    for (const serviceName of ["com.amazonaws.us-west-2.s3", "com.amazonaws.us-east-1.ecr.api"]) {
      await assert.rejects(cloud.create("endpoint", { ...inputs, serviceName }), /InvalidServiceName/);
    }
  });
});

describe("functions", () => {
  test("zones can be excluded by id", (context) => {
    const cloud = new TestCloud(context);
    const { names, zoneIds } = cloud.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {
      state: "available",
      excludeZoneIds: ["use1-az3"],
    });
    assert.deepEqual(names, ["us-east-1a", "us-east-1b", "us-east-1d", "us-east-1e", "us-east-1f"]);
    assert.ok(Array.isArray(zoneIds) && !zoneIds.includes("use1-az3"));
  });

  test("the zones need a permission, the caller's identity does not", (context) => {
    const cloud = new TestCloud(context);
    cloud.world.set("caller", { allow: [], deny: [] });
    assert.throws(() => cloud.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {}), /AuthorizationFailed/);
    assert.equal(cloud.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}).accountId, "123456789012");
    assert.equal(cloud.invoke("aws:index/getPartition:getPartition", {}).partition, "aws");
    assert.equal(cloud.invoke("aws:index/getRegion:getRegion", {}).region, "us-east-1");
  });
});
