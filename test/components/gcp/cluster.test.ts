import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "../../../components/gcp/cluster";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { gcpMocks, refusal } from "./support";

const args: ClusterArgs = {
  clusterName: "trinity-dev-gcp",
  project: "trinity-k8s",
  region: "us-central1",
  networkId: "projects/trinity-k8s/global/networks/net",
  subnetworkId: "projects/trinity-k8s/regions/us-central1/subnetworks/sub",
  podRange: "pods",
  serviceRange: "services",
  kubernetesVersion: "1.34",
  releaseChannel: "REGULAR",
  nodeServiceAccountName: "trinity-dev-gcp-nodes",
  nodeType: "e2-standard-2",
  nodes: { minimum: 4, maximum: 9 },
  apiServerCidrs: ["192.0.2.0/24", "198.51.100.0/24"],
  deletionProtection: false,
  labels: { project: "trinity", env: "dev" },
};

const email = "trinity-dev-gcp-nodes@trinity-k8s.iam.gserviceaccount.com";

const nodeConfig = {
  serviceAccount: email,
  oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: "GKE_METADATA" },
  resourceLabels: args.labels,
};

function run(changes: Partial<ClusterArgs> = {}) {
  return runWithMocks(gcpMocks, () => new Cluster("base", { ...args, ...changes }));
}

describe("Cluster", () => {
  test("declares a cluster, a node pool, and the nodes' own service account with the least role", async () => {
    const { resources } = await run();
    assert.deepEqual(listOf(resources), [
      "gcp:container/cluster:Cluster base-cluster",
      "gcp:container/nodePool:NodePool base-nodes",
      "gcp:projects/iAMMember:IAMMember base-node-role",
      "gcp:serviceaccount/account:Account base-node-account",
      "trinity:gcp:Cluster base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    assert.deepEqual(find(resources, "base-node-account").inputs, {
      accountId: "trinity-dev-gcp-nodes",
      displayName: "Nodes of GKE cluster trinity-dev-gcp",
    });
    assert.deepEqual(find(resources, "base-node-role").inputs, {
      project: "trinity-k8s",
      role: "roles/container.defaultNodeServiceAccount",
      member: `serviceAccount:${email}`,
    });
  });

  test("the cluster is regional, VPC-native and private, on Dataplane V2, with Workload Identity", async () => {
    const { resources } = await run();
    const { inputs, ignoreChanges } = find(resources, "base-cluster");
    assert.deepEqual(inputs, {
      name: "trinity-dev-gcp",
      location: "us-central1",
      network: args.networkId,
      subnetwork: args.subnetworkId,
      networkingMode: "VPC_NATIVE",
      ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
      datapathProvider: "ADVANCED_DATAPATH",
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
      masterAuthorizedNetworksConfig: {
        cidrBlocks: [{ cidrBlock: "192.0.2.0/24" }, { cidrBlock: "198.51.100.0/24" }],
        gcpPublicCidrsAccessEnabled: false,
      },
      masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
      workloadIdentityConfig: { workloadPool: "trinity-k8s.svc.id.goog" },
      releaseChannel: { channel: "REGULAR" },
      minMasterVersion: "1.34",
      enableShieldedNodes: true,
      resourceLabels: args.labels,
      deletionProtection: false,
      nodePools: [
        {
          name: "default-pool",
          initialNodeCount: 0,
          management: { autoRepair: true, autoUpgrade: true },
          nodeConfig,
        },
      ],
    });
    assert.deepEqual(ignoreChanges, ["nodePools"]);
  });

  test("the node pool counts all zones together and begins with as many in each", async () => {
    const { resources } = await run();
    const { inputs, ignoreChanges, dependencies } = find(resources, "base-nodes");
    assert.deepEqual(inputs, {
      cluster: "trinity-dev-gcp",
      location: "us-central1",
      initialNodeCount: 2,
      autoscaling: { totalMinNodeCount: 4, totalMaxNodeCount: 9, locationPolicy: "BALANCED" },
      management: { autoRepair: true, autoUpgrade: true },
      nodeConfig: { ...nodeConfig, machineType: "e2-standard-2" },
    });
    assert.deepEqual(ignoreChanges, ["initialNodeCount"]);
    assert.deepEqual(dependencies, ["base-cluster", "base-node-account", "base-node-role"]);
  });

  test("begins with the nodes' account before the network is known", { timeout: 60_000 }, async () => {
    const never = new Promise<string>(() => undefined);
    await new Promise<void>((resolve) => {
      const account = "gcp:serviceaccount/account:Account";
      const resources = {
        ...gcpMocks.resources,
        [account]: () => {
          resolve();
          return { email, member: `serviceAccount:${email}` };
        },
      };
      void runWithMocks({ resources }, () => new Cluster("base", { ...args, networkId: never }));
    });
  });

  test("the kubeconfig is a secret, and fits the endpoint", async () => {
    const { result } = await run();
    assert.equal(await valueOf(result.clusterName), "trinity-dev-gcp");
    assert.equal(await valueOf(result.endpoint), "https://198.18.0.7");
    assert.equal(await valueOf(result.nodeMember), `serviceAccount:${email}`);
    assert.equal(await pulumi.isSecret(result.kubeconfig), true);
    assert.match(await valueOf(result.kubeconfig), /"server": "https:\/\/198\.18\.0\.7"/);
  });

  test("deletion protection is what the caller says, never the provider's default", async () => {
    for (const deletionProtection of [true, false]) {
      const { resources } = await run({ deletionProtection });
      assert.equal(find(resources, "base-cluster").inputs.deletionProtection, deletionProtection);
      assert.equal(find(resources, "base-cluster").protect, deletionProtection);
    }
  });

  test("refuses node counts that three zones cannot hold, before it declares anything", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => {
      assert.throws(
        () => new Cluster("base", { ...args, nodes: { minimum: 1, maximum: 2 } }),
        refusal("nodes", /maximum 2 is below 3/),
      );
    });
    assert.deepEqual(resources, []);
  });
});
