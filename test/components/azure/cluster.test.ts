import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "../../../components/azure/cluster";
import { roleDefinitionId } from "../../../components/azure/role-assignment";
import { find, listOf, type Properties, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { adminGroup, azureMocks, guid, identityId, kubeletObjectId, refusal, subnetId } from "./support";

const args: ClusterArgs = {
  resourceGroupName: "trinity-dev-azure",
  location: "eastus",
  clusterName: "trinity-dev-azure",
  dnsPrefix: "trinity-dev-azure",
  kubernetesVersion: "1.34",
  nodeSubnetId: subnetId,
  nodeType: "Standard_D4s_v5",
  nodes: { minimum: 2, maximum: 6 },
  zones: ["1", "2", "3"],
  adminGroups: [adminGroup],
  apiServerCidrs: ["0.0.0.0/0"],
  tier: "Free",
};

function build(changes: Partial<ClusterArgs> = {}) {
  return runWithMocks(azureMocks, () => new Cluster("base", { ...args, ...changes }));
}

async function clusterInputs(changes: Partial<ClusterArgs> = {}): Promise<Properties> {
  const { resources } = await build(changes);
  return find(resources, "base-cluster").inputs;
}

describe("Cluster", () => {
  test("declares the control plane's identity, its access to the subnet, and the cluster", async () => {
    const { resources } = await build();
    assert.deepEqual(listOf(resources), [
      "azure-native:authorization:RoleAssignment base-subnet-access",
      "azure-native:containerservice:ManagedCluster base-cluster",
      "azure-native:managedidentity:UserAssignedIdentity base-control-plane",
      "trinity:azure:Cluster base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    assert.equal(find(resources, "base-control-plane").inputs.resourceName, "trinity-dev-azure-control-plane");
    assert.deepEqual(find(resources, "base-subnet-access").inputs, {
      scope: subnetId,
      roleDefinitionId: roleDefinitionId(subnetId, "networkContributor"),
      principalId: guid(4),
      principalType: "ServicePrincipal",
    });
  });

  test("begins with the identity before the subnet is known", { timeout: 60_000 }, async () => {
    const never = new Promise<string>(() => undefined);
    await new Promise<void>((resolve) => {
      const resources = {
        ...azureMocks.resources,
        "azure-native:managedidentity:UserAssignedIdentity": () => {
          resolve();
          return { name: "control-plane" };
        },
      };
      void runWithMocks({ ...azureMocks, resources }, () => new Cluster("base", { ...args, nodeSubnetId: never }));
    });
  });

  test("nodes join only after the access is there, and the autoscaler keeps their number", async () => {
    const { resources } = await build();
    const cluster = find(resources, "base-cluster");
    assert.ok(cluster.dependencies.includes("base-subnet-access"));
    assert.deepEqual(cluster.ignoreChanges, ["agentPoolProfiles[0].count"]);
  });

  test("has no local accounts, and administrators by Entra group", async () => {
    const inputs = await clusterInputs();
    assert.equal(inputs.disableLocalAccounts, true);
    assert.equal(inputs.enableRBAC, true);
    assert.deepEqual(inputs.aadProfile, { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [adminGroup] });
  });

  test("has CNI overlay with Cilium, an OIDC issuer and workload identity, and takes patches by itself", async () => {
    const inputs = await clusterInputs();
    const network = inputs.networkProfile as Properties;
    assert.equal(network.networkPluginMode, "overlay");
    assert.equal(network.networkDataplane, "cilium");
    assert.equal(network.networkPolicy, "cilium");
    assert.equal(network.dnsServiceIP, "172.16.0.10");
    assert.deepEqual(inputs.oidcIssuerProfile, { enabled: true });
    assert.deepEqual((inputs.securityProfile as Properties).workloadIdentity, { enabled: true });
    assert.deepEqual(inputs.autoUpgradeProfile, { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" });
  });

  test("has one autoscaled pool in the subnet", async () => {
    const inputs = await clusterInputs();
    assert.deepEqual(inputs.agentPoolProfiles, [
      {
        name: "nodes",
        mode: "System",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        vmSize: "Standard_D4s_v5",
        vnetSubnetID: subnetId,
        availabilityZones: ["1", "2", "3"],
        orchestratorVersion: "1.34",
        enableAutoScaling: true,
        count: 2,
        minCount: 2,
        maxCount: 6,
      },
    ]);
    assert.deepEqual(inputs.identity, { type: "UserAssigned", userAssignedIdentities: [identityId] });
  });

  test("limits who reaches the API server only where ranges are given", async () => {
    assert.equal((await clusterInputs()).apiServerAccessProfile, undefined);
    assert.deepEqual((await clusterInputs({ apiServerCidrs: ["203.0.113.0/24"] })).apiServerAccessProfile, {
      authorizedIPRanges: ["203.0.113.0/24"],
    });
  });

  test("hands out a secret kubeconfig, the endpoint and the kubelets' object id", async () => {
    const { result, calls } = await build();
    assert.equal(await pulumi.isSecret(result.kubeconfig), true);
    assert.match(await valueOf(result.kubeconfig), /kubelogin/);
    assert.equal(await valueOf(result.endpoint), "https://trinity-dev-azure-1a2b3c4d.hcp.eastus.azmk8s.io:443");
    assert.equal(await valueOf(result.kubeletObjectId), kubeletObjectId);
    assert.deepEqual(
      calls.map(({ inputs }) => inputs),
      [
        { resourceGroupName: "trinity-dev-azure", resourceName: "trinity-dev-azure-control-plane" },
        { resourceGroupName: "trinity-dev-azure", resourceName: "trinity-dev-azure" },
        { resourceGroupName: "trinity-dev-azure", resourceName: "trinity-dev-azure", format: "exec" },
      ],
    );
  });

  const refusals: [string, Partial<ClusterArgs>, string, RegExp][] = [
    ["no administrators", { adminGroups: [] }, "adminGroups", /nobody could administer/],
    ["a group's name", { adminGroups: ["platform-team"] }, "adminGroups", /"platform-team" is not the object id/],
    ["no nodes", { nodes: { minimum: 0, maximum: 2 } }, "nodes", /minimum 0/],
    ["counts that contradict", { nodes: { minimum: 3, maximum: 2 } }, "nodes", /minimum 3 and maximum 2/],
    ["more nodes than addresses", { nodes: { minimum: 2, maximum: 300 } }, "nodes", /maximum 300 is above 256/],
    ["a zone's full name", { zones: ["eastus-1"] }, "zones", /"eastus-1" is none of/],
    ["too many ranges", { apiServerCidrs: Array(201).fill("10.0.0.0/8") as string[] }, "apiServerCidrs", /201.*200/],
  ];
  for (const [what, changes, property, words] of refusals) {
    test(`refuses ${what}`, async () => {
      await assert.rejects(build(changes), refusal(property, words));
    });
  }
});
