import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { estimateCost } from "../../../policy/cost/estimate";
import { priceLists } from "../../../policy/cost/prices";

/** What a preview puts in place of a string that is not known (pulumi/pulumi sdk/go/common/resource/plugin/rpc.go). */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const template = {
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  properties: {
    instanceType: "m7i.large",
    blockDeviceMappings: [{ ebs: { volumeType: "gp3", volumeSize: 50 } }],
  },
};
const group = {
  type: "aws:eks/nodeGroup:NodeGroup",
  properties: { launchTemplate: { id: unknown }, scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 6 } },
};
const eks = { type: "aws:eks/cluster:Cluster", properties: { upgradePolicy: { supportType: "STANDARD" } } };

describe("the estimate of a stack's cost", () => {
  test("AWS: control plane, nodes by their least number, disks, gateways and addresses, each line once", () => {
    const estimate = estimateCost("aws", "us-east-1", [
      eks,
      template,
      group,
      { type: "aws:ec2/natGateway:NatGateway", properties: {} },
      { type: "aws:ec2/natGateway:NatGateway", properties: {} },
      { type: "aws:ec2/eip:Eip", properties: {} },
      { type: "aws:kms/key:Key", properties: {} },
      { type: "aws:ec2/vpcEndpoint:VpcEndpoint", properties: { vpcEndpointType: "Gateway" } },
      { type: "aws:iam/role:Role", properties: {} },
      { type: "trinity:aws:Network", properties: {} },
    ]);
    assert.deepEqual(estimate.lines, [
      { what: "2 nodes m7i.large", monthly: 147.17 },
      { what: "EKS control plane", monthly: 73 },
      { what: "2 × NAT gateway", monthly: 65.7 },
      { what: "disks of 2 nodes, 50 GiB", monthly: 8 },
      { what: "public IPv4 address", monthly: 3.65 },
      { what: "KMS key", monthly: 1 },
    ]);
    assert.equal(estimate.monthly, 298.52);
    assert.deepEqual(estimate.unpriced, [
      "traffic between zones, through NAT gateways and to the internet",
      "load balancers that the cluster makes",
    ]);
    assert.equal(estimate.pricesOf, "list prices of us-east-1, 2025-01 to 2026-09; to be checked: KMS key");
  });

  test("says the same of the same resources, in whatever order they come", () => {
    const resources = [
      eks,
      { type: "aws:ecr/repository:Repository", properties: {} },
      { type: "aws:cloudwatch/logGroup:LogGroup", properties: {} },
    ];
    const estimate = estimateCost("aws", "us-east-1", resources);
    assert.ok(estimate.unpriced.length >= 4);
    assert.deepEqual(estimateCost("aws", "us-east-1", resources.reverse()), estimate);
  });

  test("Google Cloud: a pool's total minimum, or its number in each of three zones, and NAT by nodes", () => {
    const pool = (properties: object) => ({
      type: "gcp:container/nodePool:NodePool",
      properties: { nodeConfig: { machineType: "e2-standard-2" }, ...properties },
    });
    const empty = { nodePools: [{ initialNodeCount: 0 }] };
    const others = [
      { type: "gcp:container/cluster:Cluster", properties: empty },
      { type: "gcp:compute/routerNat:RouterNat", properties: {} },
    ];
    const expected = [
      { what: "3 nodes e2-standard-2", monthly: 146.75 },
      { what: "GKE control plane", monthly: 73 },
      { what: "disks of 3 nodes, 100 GiB", monthly: 30 },
      { what: "external IP address of Cloud NAT", monthly: 3.65 },
      { what: "Cloud NAT for 3 nodes", monthly: 3.07 },
    ];
    for (const properties of [{ autoscaling: { totalMinNodeCount: 3 } }, { initialNodeCount: 1 }]) {
      assert.deepEqual(estimateCost("gcp", "us-central1", [pool(properties), ...others]).lines, expected);
    }
    const many = estimateCost("gcp", "us-central1", [pool({ autoscaling: { totalMinNodeCount: 33 } }), ...others]);
    assert.equal(many.lines.find(({ what }) => what === "Cloud NAT for 33 nodes")?.monthly, 32.12);
  });

  test("Azure: a tier, pools inside of the cluster, its own way out, and a registry by its SKU", () => {
    const estimate = estimateCost("azure", "eastus", [
      {
        type: "azure-native:containerservice:ManagedCluster",
        properties: {
          sku: { name: "Base", tier: "Standard" },
          agentPoolProfiles: [{ vmSize: "Standard_D4s_v5", minCount: 2, count: 4 }],
          networkProfile: { outboundType: "loadBalancer" },
        },
      },
      { type: "azure-native:containerregistry:Registry", properties: { sku: { name: "Premium" } } },
    ]);
    assert.deepEqual(estimate.lines, [
      { what: "2 nodes Standard_D4s_v5", monthly: 280.32 },
      { what: "AKS control plane, tier Standard", monthly: 73 },
      { what: "registry, Premium", monthly: 50.7 },
      { what: "disks of 2 nodes", monthly: 39.42 },
      { what: "load balancer for the way out", monthly: 18.25 },
      { what: "public IPv4 address of the way out", monthly: 3.65 },
    ]);
    assert.ok(estimate.unpriced.includes("images: by what is stored beyond the registry's own room"));
  });

  test("says what has no price instead of guessing one", () => {
    const unpricedOf = (...resources: Parameters<typeof estimateCost>[2][number][]) =>
      estimateCost("aws", "us-east-1", resources).unpriced[0];
    const named = { ...template, properties: { ...template.properties, instanceType: "u7i-12tb.224xlarge" } };
    assert.match(unpricedOf(named, group) ?? "", /^2 nodes u7i-12tb.224xlarge: .* no price of "u7i-12tb.224xlarge"/);
    assert.match(unpricedOf(group) ?? "", /^nodes: their number or instance type is not known/);
    const spot = { ...group, properties: { ...group.properties, capacityType: "SPOT" } };
    assert.equal(unpricedOf(template, spot), "2 nodes m7i.large at spot prices");
    const unknownCount = { ...group, properties: { scalingConfig: { minSize: unknown } } };
    assert.match(unpricedOf(template, unknownCount) ?? "", /^nodes: their number/);
    assert.equal(
      unpricedOf({ type: "aws:rds/instance:Instance", properties: {} }),
      "aws:rds/instance:Instance: policy/cost does not know whether it costs anything",
    );
    assert.match(unpricedOf({ type: "aws:eks/cluster:Cluster", properties: {} }) ?? "", /extended support/);
  });

  test("a region without prices costs nothing known, and says so", () => {
    const estimate = estimateCost("aws", "eu-north-1", [eks, template, group]);
    assert.equal(estimate.monthly, 0);
    assert.deepEqual(estimate.lines, []);
    assert.equal(estimate.pricesOf, "no prices: policy/cost/prices.ts has none of eu-north-1");
    assert.ok(estimate.unpriced.some((line) => line.startsWith("EKS control plane: ")));
  });

  test("every price has a page and a month, and no two lists of a region name the same", () => {
    for (const lists of Object.values(priceLists).flatMap((regions) => Object.values(regions))) {
      const names = lists.flatMap(({ prices }) => Object.keys(prices));
      assert.deepEqual(names, [...new Set(names)]);
      for (const { source, asOf } of lists) {
        assert.match(source, /^https:\/\//);
        assert.match(asOf, /^20\d\d-(0[1-9]|1[0-2])$/);
      }
    }
  });
});
