import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Network, type NetworkArgs } from "../../../components/aws/network";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { awsTables, tags } from "./tables";

const args: NetworkArgs = { region: "us-east-1", cidr: "10.0.0.0/16", natGateways: 1, tags };

describe("Network", () => {
  test("declares exactly what three zones with one NAT gateway need, all below itself", async () => {
    const { resources, calls } = await runWithMocks(awsTables, () => new Network("net", args));
    assert.deepEqual(listOf(resources), [
      "aws:ec2/eip:Eip net-nat-0",
      "aws:ec2/internetGateway:InternetGateway net-internet",
      "aws:ec2/natGateway:NatGateway net-nat-0",
      "aws:ec2/route:Route net-private-0-nat",
      "aws:ec2/route:Route net-private-1-nat",
      "aws:ec2/route:Route net-private-2-nat",
      "aws:ec2/route:Route net-public-internet",
      "aws:ec2/routeTable:RouteTable net-private-0",
      "aws:ec2/routeTable:RouteTable net-private-1",
      "aws:ec2/routeTable:RouteTable net-private-2",
      "aws:ec2/routeTable:RouteTable net-public",
      ...[0, 1, 2].map((zone) => `aws:ec2/routeTableAssociation:RouteTableAssociation net-private-${zone}`),
      ...[0, 1, 2].map((zone) => `aws:ec2/routeTableAssociation:RouteTableAssociation net-public-${zone}`),
      ...[0, 1, 2].map((zone) => `aws:ec2/subnet:Subnet net-private-${zone}`),
      ...[0, 1, 2].map((zone) => `aws:ec2/subnet:Subnet net-public-${zone}`),
      "aws:ec2/vpc:Vpc net-vpc",
      "aws:ec2/vpcEndpoint:VpcEndpoint net-s3",
      "trinity:aws:Network net",
    ]);
    assert.deepEqual(unparented(resources), ["net"]);
    assert.deepEqual(calls[0]?.inputs.excludeZoneIds, ["use1-az3", "usw1-az2", "cac1-az3"]);
  });

  test("turns DNS on, without which no node joins", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Network("net", args));
    const { inputs } = find(resources, "net-vpc");
    assert.equal(inputs.enableDnsSupport, true);
    assert.equal(inputs.enableDnsHostnames, true);
  });

  test("tags subnets for load balancers and keeps them in their zones", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Network("net", args));
    const open = find(resources, "net-public-1", "aws:ec2/subnet:Subnet");
    assert.deepEqual(open.inputs.tags, { ...tags, Name: "net-public-1", "kubernetes.io/role/elb": "1" });
    assert.equal(open.inputs.availabilityZone, "us-east-1b");
    assert.deepEqual(open.ignoreChanges, ["availabilityZone"]);
    const closed = find(resources, "net-private-2", "aws:ec2/subnet:Subnet");
    assert.deepEqual(closed.inputs.tags, { ...tags, Name: "net-private-2", "kubernetes.io/role/internal-elb": "1" });
    assert.equal(closed.inputs.availabilityZone, "us-east-1d");
  });

  for (const natGateways of [1, 2, 3]) {
    test(`spreads private subnets over ${natGateways} NAT gateways`, async () => {
      const { resources } = await runWithMocks(awsTables, () => new Network("net", { ...args, natGateways }));
      assert.equal(resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway").length, natGateways);
      for (const zone of [0, 1, 2]) {
        const route = find(resources, `net-private-${zone}-nat`);
        assert.equal(route.inputs.natGatewayId, `net-nat-${zone % natGateways}-id`);
      }
    });
  }

  test("gives subnets for nodes only with their way out", async () => {
    const { result, resources } = await runWithMocks(awsTables, () => new Network("net", args));
    const ids = ["net-private-0-id", "net-private-1-id", "net-private-2-id"];
    assert.deepEqual(await valueOf(result.privateSubnetIds), ids);
    assert.deepEqual(await valueOf(result.routedSubnetIds), ids);
    assert.ok(find(resources, "net-nat-0", "aws:ec2/natGateway:NatGateway").dependencies.includes("net-internet"));
  });

  for (const natGateways of [0, 4, 1.5]) {
    test(`refuses ${natGateways} NAT gateways before it declares anything`, async () => {
      await assert.rejects(
        runWithMocks({ resources: {} }, () => new Network("net", { ...args, natGateways })),
        { propertyPath: "natGateways" },
      );
    });
  }
});
