import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import { networkProfile, poolInputs, simulatedAzure, subscription, types } from "./support";

const token = "azure-native:containerservice:listManagedClusterUserCredentials";

describe("simulated Azure: AKS clusters", () => {
  test("come with a node resource group and the kubelets' identity in it, and take them along", async (context) => {
    const azure = simulatedAzure(context);
    const { cluster } = await azure.cluster();
    const nodes = `${subscription}/resourceGroups/MC_group_cluster_eastus`;
    const profile = cluster.properties.identityProfile as {
      readonly kubeletidentity: Readonly<Record<string, string>>;
    };
    const { resourceId = "", objectId } = profile.kubeletidentity;
    assert.ok(resourceId.startsWith(`${nodes}/`));
    assert.equal(azure.world.find(types.identity, resourceId)?.outputs.principalId, objectId);
    assert.notEqual(azure.world.find(types.group, nodes), undefined);
    await azure.delete("cluster", cluster);
    assert.equal(azure.world.find(types.identity, resourceId), undefined);
    assert.equal(azure.world.find(types.group, nodes), undefined);
  });

  const atPreview: [string, (inputs: Properties) => Properties, RegExp][] = [
    ["a pool's name with a hyphen", (all) => pool(all, { name: "node-pool" }), /agentPoolProfiles\.0\.name/],
    ["a pool's name of 13 letters", (all) => pool(all, { name: "abcdefghijklm" }), /agentPoolProfiles\.0\.name/],
    ["a DNS prefix with an underscore", (all) => ({ ...all, dnsPrefix: "a_b" }), /dnsPrefix/],
    ["a DNS prefix of 55 letters", (all) => ({ ...all, dnsPrefix: "a".repeat(55) }), /dnsPrefix/],
    ["a name that ends with a hyphen", (all) => ({ ...all, resourceName: "cluster-" }), /resourceName/],
    ["a name of 64 letters", (all) => ({ ...all, resourceName: "a".repeat(64) }), /resourceName/],
    ["a group's name for its id", (all) => ({ ...all, aadProfile: { adminGroupObjectIDs: ["admins"] } }), /adminGroup/],
    ["a property that the simulation does not know", (all) => ({ ...all, windowsProfile: {} }), /windowsProfile/],
  ];
  for (const [what, change, words] of atPreview) {
    test(`${what} is refused at preview`, async (context) => {
      const azure = simulatedAzure(context);
      const { inputs } = await azure.clusterInputs();
      assert.match(azure.faults("cluster", change(inputs)), words);
    });
  }

  const refusals: [string, (inputs: Properties) => Properties, RegExp][] = [
    ["no system pool", (all) => pool(all, { mode: "User" }), /at least one pool of mode System/],
    [
      "a count outside the autoscaler's",
      (all) => pool(all, { count: 9 }),
      /9 is not between minCount 2 and maxCount 6/,
    ],
    ["bounds without the autoscaler", (all) => pool(all, { enableAutoScaling: false }), /need enableAutoScaling/],
    ["a system pool of 2 vCPUs", (all) => pool(all, { vmSize: "Standard_D2s_v5" }), /too small for a system pool/],
    ["a system pool of B series", (all) => pool(all, { vmSize: "Standard_B4ms" }), /too small for a system pool/],
    ["a system pool that may be empty", (all) => pool(all, { minCount: 0 }), /at least one node/],
    [
      "nodes newer than the control plane",
      (all) => pool(all, { orchestratorVersion: "1.35" }),
      /above the control plane/,
    ],
    ["a subnet that does not exist", (all) => pool(all, { vnetSubnetID: `${subscription}/none` }), /SubnetNotFound/],
    ["no identity", (all) => ({ ...all, identity: { type: "UserAssigned" } }), /does not go with 0 user-assigned/],
    [
      "an identity that does not exist",
      (all) => ({ ...all, identity: { type: "UserAssigned", userAssignedIdentities: ["/none"] } }),
      /FailedIdentityOperation/,
    ],
    ["a DNS address elsewhere", (all) => network(all, { dnsServiceIP: "10.0.0.10" }), /not in the service CIDR/],
    [
      "pods and services that overlap",
      (all) => network(all, { podCidr: "172.16.0.0/12" }),
      /overlaps the service CIDR/,
    ],
    [
      "services that overlap the network",
      (all) => network(all, { serviceCidr: "10.240.0.0/16", dnsServiceIP: "10.240.0.10" }),
      /ServiceCidrOverlapExistingSubnetsCidr.*10\.240\.0\.0\/22/,
    ],
    [
      "Cilium's policy without its data plane",
      (all) => network(all, { networkDataplane: "azure" }),
      /cilium data plane/,
    ],
    ["Cilium without Azure CNI", (all) => network(all, { networkPlugin: "none" }), /needs network plugin azure/],
    ["no local accounts without Entra", (all) => ({ ...all, aadProfile: {} }), /needs Microsoft Entra integration/],
    [
      "workload identity without an issuer",
      (all) => ({ ...all, oidcIssuerProfile: undefined }),
      /needs the OIDC issuer/,
    ],
  ];
  for (const [what, change, words] of refusals) {
    test(`${what} is refused`, async (context) => {
      const azure = simulatedAzure(context);
      const { inputs } = await azure.clusterInputs();
      await assert.rejects(azure.create("cluster", change(inputs)), words);
    });
  }

  test("need Network Contributor on the subnet for their own identity", async (context) => {
    const azure = simulatedAzure(context);
    const { inputs, access } = await azure.clusterInputs();
    await azure.delete("assignment", access);
    await assert.rejects(azure.create("cluster", inputs), /LinkedAuthorizationFailed.*subnets\/join\/action/);
  });

  for (const action of [
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  ]) {
    test(`need ${action} for whoever deploys`, async (context) => {
      const azure = simulatedAzure(context);
      const { inputs } = await azure.clusterInputs();
      azure.world.set("caller", { allow: ["*"], deny: [action] });
      await assert.rejects(azure.create("cluster", inputs), new RegExp(`perform action '${action}'`));
    });
  }

  test("are replaced for what cannot change, the old one first, and only for that", async (context) => {
    const azure = simulatedAzure(context);
    const { cluster } = await azure.cluster();
    const { replaced, deleteFirst } = azure.diff("cluster", cluster, { dnsPrefix: "other" });
    assert.deepEqual([replaced, deleteFirst], [["dnsPrefix"], true]);
    const other = azure.diff("cluster", cluster, network(cluster.inputs, { podCidr: "10.248.0.0/16" }));
    assert.deepEqual(other.replaced, ["networkProfile.podCidr"]);
    const inPlace = pool(cluster.inputs, { maxCount: 9 });
    assert.deepEqual(azure.diff("cluster", cluster, inPlace).replaced, []);
    await assert.doesNotReject(azure.update("cluster", cluster, inPlace));
  });

  for (const [what, bounds, count] of [
    ["a higher minimum", { minCount: 4 }, 4],
    ["a lower maximum", { minCount: 1, maxCount: 1 }, 1],
    ["bounds around it", { maxCount: 9 }, 2],
  ] as const) {
    test(`have as many nodes as ${what} asks for, whatever count the update names`, async (context) => {
      const azure = simulatedAzure(context);
      const { cluster } = await azure.cluster();
      await azure.update("cluster", cluster, pool(cluster.inputs, bounds));
      const outputs: Properties = azure.world.find(types.cluster, cluster.id)?.outputs ?? {};
      assert.deepEqual(
        (outputs.agentPoolProfiles as Properties[]).map((profile) => profile.count),
        [count],
      );
    });
  }

  const changes: [string, (inputs: Properties) => Properties, RegExp][] = [
    ["another VM size", (all) => pool(all, { vmSize: "Standard_D8s_v5" }), /PropertyChangeNotAllowed.*vmSize/],
    ["other zones", (all) => pool(all, { availabilityZones: ["1"] }), /PropertyChangeNotAllowed.*availabilityZones/],
    [
      "another load balancer",
      (all) => network(all, { loadBalancerSku: "basic" }),
      /PropertyChangeNotAllowed.*loadBalancerSku/,
    ],
    [
      "no OIDC issuer any more",
      (all) => ({ ...all, oidcIssuerProfile: { enabled: false }, securityProfile: undefined }),
      /OIDC issuer cannot be disabled/,
    ],
    ["two minor versions at once", (all) => ({ ...all, kubernetesVersion: "1.36" }), /1\.34 to 1\.36 is not allowed/],
    ["an older version", (all) => ({ ...all, kubernetesVersion: "1.33" }), /1\.34 to 1\.33 is not allowed/],
  ];
  for (const [what, change, words] of changes) {
    test(`${what} is refused for an existing cluster`, async (context) => {
      const azure = simulatedAzure(context);
      const { cluster } = await azure.cluster();
      await assert.rejects(azure.update("cluster", cluster, change(cluster.inputs)), words);
    });
  }

  test("go up by one minor version in place, and keep address and identities", async (context) => {
    const azure = simulatedAzure(context);
    const { cluster } = await azure.cluster();
    const after: Properties = await azure.update("cluster", cluster, { kubernetesVersion: "1.35" });
    assert.equal(after.currentKubernetesVersion, "1.35.1");
    assert.equal(after.fqdn, cluster.properties.fqdn);
    assert.deepEqual(after.identityProfile, cluster.properties.identityProfile);
  });

  test("hand out a kubeconfig that asks for a device code", async (context) => {
    const azure = simulatedAzure(context);
    const { cluster } = await azure.cluster();
    const result = azure.invoke(token, { resourceGroupName: "group", resourceName: "cluster", format: "exec" });
    const [first] = result.kubeconfigs as readonly { readonly value: string }[];
    const text = Buffer.from(first?.value ?? "", "base64").toString("utf8");
    assert.match(text, /certificate-authority-data: \S+\n/);
    assert.ok(text.includes(`server: https://${String(cluster.properties.fqdn)}:443`));
    assert.match(text, /devicecode/);
  });

  test("say to a reader where they are and who pulls for them", async (context) => {
    const azure = simulatedAzure(context);
    const { cluster } = await azure.cluster();
    const args = { resourceGroupName: "group", resourceName: "cluster" };
    const known = azure.invoke("azure-native:containerservice:getManagedCluster", args);
    assert.equal(known.fqdn, cluster.properties.fqdn);
    assert.deepEqual(known.identityProfile, cluster.properties.identityProfile);
    azure.world.set("caller", { allow: ["*"], deny: ["Microsoft.ContainerService/managedClusters/read"] });
    assert.throws(() => azure.invoke("azure-native:containerservice:getManagedCluster", args), /managedClusters\/read/);
  });

  test("have a control plane whose identity a reader is told, too", async (context) => {
    const azure = simulatedAzure(context);
    const { identity } = await azure.clusterInputs();
    const getIdentity = "azure-native:managedidentity:getUserAssignedIdentity";
    const args = { resourceGroupName: "group", resourceName: "control-plane" };
    assert.equal(azure.invoke(getIdentity, args).principalId, identity.properties.principalId);
    assert.throws(() => azure.invoke(getIdentity, { ...args, resourceName: "other" }), /ResourceNotFound/);
  });

  test("hand out none to a caller who may only read, nor of a cluster that does not exist", async (context) => {
    const azure = simulatedAzure(context);
    await azure.cluster();
    const args = { resourceGroupName: "group", resourceName: "cluster" };
    assert.throws(() => azure.invoke(token, { ...args, resourceName: "other" }), /ResourceNotFound/);
    azure.world.set("caller", { allow: ["*/read"], deny: [] });
    assert.throws(() => azure.invoke(token, args), /listClusterUserCredential\/action/);
  });
});

function pool(inputs: Properties, changes: Properties): Properties {
  const [first] = inputs.agentPoolProfiles as readonly Properties[];
  return { ...inputs, agentPoolProfiles: [{ ...poolInputs, ...first, ...changes }] };
}

function network(inputs: Properties, changes: Properties): Properties {
  return { ...inputs, networkProfile: { ...networkProfile, ...changes } };
}
