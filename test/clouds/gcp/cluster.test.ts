import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nodesOf } from "../../../rehearsal/clouds/gcp/node-pool";
import { type Properties, valuesAt } from "../../../rehearsal/clouds/kernel/values";
import { email, networkId, simulate, subnetworkId, valid } from "./support";

const account = `projects/trinity-k8s/serviceAccounts/${email}`;

function nodeConfig(changes: Properties): Properties {
  return { nodeConfig: { ...(valid.nodePool.nodeConfig as Properties), ...changes } };
}

describe("simulated GKE clusters", () => {
  test("a cluster answers at an address of its own", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("cluster");
    const { id, properties } = await cloud.create("cluster");
    assert.equal(id, "projects/trinity-k8s/locations/us-central1/clusters/trinity");
    assert.match(String(properties.endpoint), /^198\.1[89]\.\d+\.\d+$/, "an address that no real server has");
    assert.equal(properties.masterVersion, "1.34.1-gke.1000000");
    assert.equal(properties.clusterIpv4Cidr, "10.8.0.0/13");
    assert.equal(properties.servicesIpv4Cidr, "10.0.16.0/20");
    const [authority] = valuesAt(properties, "masterAuth.clusterCaCertificate").map(String);
    assert.match(Buffer.from(authority ?? "", "base64").toString(), /^-----BEGIN CERTIFICATE-----/);
    const updated = await cloud.update("cluster", id, { releaseChannel: { channel: "STABLE" } });
    assert.equal(updated.endpoint, properties.endpoint);
  });

  test("names of at most 40 characters, CIDRs, versions and channels are checked at preview", (context) => {
    const cloud = simulate(context);
    assert.deepEqual(cloud.check("cluster", {}), []);
    const wrong: [string, unknown][] = [
      ["name", "a".repeat(41)],
      ["name", "Trinity"],
      ["minMasterVersion", "34"],
      ["releaseChannel", { channel: "FAST" }],
      ["masterAuthorizedNetworksConfig", { cidrBlocks: [{ cidrBlock: "all" }] }],
      ["datapathProvider", "CILIUM"],
    ];
    for (const [property, value] of wrong) {
      assert.match(cloud.check("cluster", { [property]: value }).join(), new RegExp(`^${property}`));
    }
    assert.match(cloud.check("cluster", { removeDefaultNodePool: true }).join(), /Unrecognized key/);
  });

  test("a name is taken once in a project and location", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("cluster");
    await cloud.create("cluster");
    await assert.rejects(cloud.create("cluster"), /Error 409: alreadyExists/);
  });

  test("a cluster begins with a node pool, which may be empty", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("cluster");
    const words = /Error 400: badRequest: Cluster\.initial_node_count must be greater than zero/;
    await assert.rejects(cloud.create("cluster", { nodePools: undefined }), words);
    await assert.rejects(cloud.create("cluster", { nodePools: [], initialNodeCount: 0 }), words);
    await cloud.create("cluster", { name: "one", nodePools: undefined, initialNodeCount: 1 });
    await cloud.create("cluster");
  });

  test("network, subnetwork and its ranges must fit", async (context) => {
    const cloud = simulate(context);
    await assert.rejects(cloud.create("cluster"), /Error 404: notFound: network/);
    await cloud.prepare("cluster");
    await assert.rejects(cloud.create("cluster", { subnetwork: "sub" }), /Error 404: notFound: subnetwork "sub"/);
    await assert.rejects(cloud.create("cluster", { location: "us-east1" }), /is not in network .* and region us-east1/);
    const other = await cloud.create("network", { name: "other" });
    await assert.rejects(cloud.create("cluster", { network: other.id }), /is not in network .*other/);
    await assert.rejects(
      cloud.create("cluster", {
        ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "svc" },
      }),
      /secondary range "svc" does not exist/,
    );
    await cloud.create("cluster", { name: "zonal", location: "us-central1-a" });
  });

  test("the workload pool is the project's own", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("cluster");
    await assert.rejects(
      cloud.create("cluster", { workloadIdentityConfig: { workloadPool: "other.svc.id.goog" } }),
      /must be the project's own, trinity-k8s\.svc\.id\.goog/,
    );
  });

  test("deletion protection is on unless it was applied as false", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("cluster");
    const { id } = await cloud.create("cluster", { deletionProtection: undefined });
    const words = /Cannot destroy cluster because deletion_protection is set to true/;
    await assert.rejects(cloud.remove("cluster", id), words);
    await cloud.update("cluster", id, { deletionProtection: true });
    await assert.rejects(cloud.remove("cluster", id), words);
    await cloud.update("cluster", id, { deletionProtection: false });
    await cloud.remove("cluster", id);
  });

  test("network and subnetwork cannot go before the cluster; node pools and objects go with it", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    const [cluster] = cloud.world.list(cloud.type("cluster"));
    assert.ok(cluster);
    const pool = await cloud.create("nodePool");
    const host = String(cluster.outputs.endpoint);
    cloud.world.insert({
      type: "kubernetes:core/v1:Namespace",
      id: `argocd@${host}`,
      identity: `${host}/argocd`,
      inputs: {},
      outputs: {},
      readyAt: 0,
      visibleAt: 0,
    });
    await assert.rejects(cloud.remove("subnetwork", subnetworkId), /resourceInUseByAnotherResource/);
    await assert.rejects(cloud.remove("network", networkId), /resourceInUseByAnotherResource/);
    await cloud.remove("cluster", cluster.id);
    assert.equal(cloud.exists("nodePool", pool.id), false);
    await cloud.remove("subnetwork", subnetworkId);
    await cloud.remove("network", networkId);
    await cloud.remove("account", account);
    assert.deepEqual(cloud.world.list(), []);
  });

  test("what cannot change in place replaces the cluster", (context) => {
    const cloud = simulate(context);
    const changes: Properties = {
      name: "other",
      location: "us-east1",
      network: "n",
      subnetwork: "s",
      ipAllocationPolicy: { clusterSecondaryRangeName: "p", servicesSecondaryRangeName: "s" },
      datapathProvider: "ADVANCED_DATAPATH",
      initialNodeCount: 2,
      nodePools: [],
    };
    for (const [property, value] of Object.entries(changes)) {
      assert.deepEqual(cloud.replaces("cluster", { [property]: value }), [property]);
    }
    const certificate = { clientCertificateConfig: { issueClientCertificate: true } };
    assert.deepEqual(cloud.replaces("cluster", { masterAuth: certificate }), ["masterAuth.clientCertificateConfig"]);
    assert.deepEqual(
      cloud.replaces("cluster", {
        minMasterVersion: "1.35",
        releaseChannel: { channel: "RAPID" },
        deletionProtection: true,
      }),
      [],
    );
  });

  test("whoever makes nodes must be allowed to act as their account", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    cloud.world.set("caller", { allow: ["*"], deny: ["iam.serviceAccounts.actAs"] });
    await assert.rejects(cloud.create("nodePool"), /iam\.serviceAccounts\.actAs/);
    await assert.rejects(cloud.create("cluster", { name: "other" }), /iam\.serviceAccounts\.actAs/);
  });
});

describe("simulated GKE node pools", () => {
  test("counts are per zone, and a regional pool has three zones", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    const regional = await cloud.create("nodePool", { initialNodeCount: 2 });
    assert.equal(regional.id, "projects/trinity-k8s/locations/us-central1/clusters/trinity/nodePools/nodes");
    assert.equal(valuesAt(regional.properties, "instanceGroupUrls[]").length, 3);
    const nodes = (id: string) => {
      const record = cloud.world.find(cloud.type("nodePool"), id);
      assert.ok(record);
      return nodesOf(record);
    };
    assert.equal(nodes(regional.id), 6);
    const autoscaling = { minNodeCount: 1, maxNodeCount: 3 };
    const uncounted = await cloud.create("nodePool", { name: "empty", initialNodeCount: undefined, autoscaling });
    assert.equal(nodes(uncounted.id), 0, "the autoscaler's minimum starts no node");
    await cloud.create("cluster", { name: "zonal", location: "us-central1-a" });
    const zonal = await cloud.create("nodePool", { cluster: "zonal", location: "us-central1-a", initialNodeCount: 2 });
    assert.equal(nodes(zonal.id), 2);
  });

  test("a name that is left out is made of the logical name; one of 41 characters is refused", (context) => {
    const cloud = simulate(context);
    const { inputs } = cloud.provider.check(cloud.urn("nodePool", "base-nodes"), {}, {}, Buffer.from("seed"));
    assert.match(String(inputs.name), /^base-nodes-[0-9a-f]{7}$/);
    assert.match(cloud.check("nodePool", { name: "a".repeat(41) }).join(), /^name: must be 1 to 40/);
  });

  test("a pool needs its cluster, in its location", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    await assert.rejects(cloud.create("nodePool"), /Error 404: notFound: cluster "trinity"/);
    await cloud.create("network");
    await cloud.create("subnetwork");
    await cloud.create("cluster");
    await assert.rejects(cloud.create("nodePool", { location: "us-east1" }), /cluster trinity is not in us-east1/);
  });

  test("nodes cannot run as a service account that does not exist", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    const missing = nodeConfig({ serviceAccount: "other@trinity-k8s.iam.gserviceaccount.com" });
    await assert.rejects(cloud.create("nodePool", missing), /Error 400: badRequest.*other@.*does not exist/);
    await cloud.create("nodePool", nodeConfig({ serviceAccount: "default" }));
  });

  test("a release channel upgrades and repairs every pool", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    const words = /Auto_upgrade and auto_repair cannot be false when release_channel REGULAR is set/;
    await assert.rejects(cloud.create("nodePool", { management: { autoUpgrade: false, autoRepair: true } }), words);
    await assert.rejects(cloud.create("nodePool", { management: { autoUpgrade: true, autoRepair: false } }), words);
    const pools = [{ name: "default-pool", initialNodeCount: 0, management: { autoUpgrade: false } }];
    await assert.rejects(cloud.create("cluster", { name: "inline", nodePools: pools }), words);
    await cloud.create("cluster", { name: "static", releaseChannel: { channel: "UNSPECIFIED" } });
    await cloud.create("nodePool", { cluster: "static", management: { autoUpgrade: false, autoRepair: true } });
  });

  const autoscalings: [string, Properties, RegExp][] = [
    ["both kinds of limits", { minNodeCount: 1, totalMaxNodeCount: 3 }, /mutually exclusive/],
    ["a minimum above the maximum", { minNodeCount: 3, maxNodeCount: 1 }, /must be at most max_node_count/],
    ["a total minimum above the maximum", { totalMinNodeCount: 3, totalMaxNodeCount: 1 }, /must be at most/],
  ];
  for (const [what, autoscaling, words] of autoscalings) {
    test(`autoscaling refuses ${what}`, async (context) => {
      const cloud = simulate(context);
      await cloud.prepare("nodePool");
      await assert.rejects(cloud.create("nodePool", { autoscaling }), words);
    });
  }

  test("a pool has a first count or a fixed count, not both", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    await assert.rejects(
      cloud.create("nodePool", { nodeCount: 1 }),
      /Cannot set both initial_node_count and node_count/,
    );
  });

  test("account, scopes and first count replace a pool; machine type, limits and labels do not", (context) => {
    const cloud = simulate(context);
    assert.deepEqual(cloud.replaces("nodePool", nodeConfig({ serviceAccount: "default" })), [
      "nodeConfig.serviceAccount",
    ]);
    assert.deepEqual(cloud.replaces("nodePool", nodeConfig({ oauthScopes: [] })), ["nodeConfig.oauthScopes"]);
    assert.deepEqual(cloud.replaces("nodePool", { initialNodeCount: 2 }), ["initialNodeCount"]);
    const inPlace = nodeConfig({ machineType: "e2-standard-4", labels: { a: "b" } });
    assert.deepEqual(cloud.replaces("nodePool", { ...inPlace, autoscaling: { totalMaxNodeCount: 9 } }), []);
  });
});
