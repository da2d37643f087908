import assert from "node:assert/strict";
import * as fs from "node:fs";
import { describe, test } from "node:test";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import { unknown } from "../../../rehearsal/clouds/kernel/values";
import { provider } from "../../../rehearsal/clouds/kubernetes/provider";
import { openWorld } from "../../../rehearsal/clouds/worlds";
import { temporaryFolder, testScale } from "../../support/simulation";
import { addCluster, create, kubeconfigOf, namespace, server, temporaryCluster, types, urn } from "./cluster";

describe("the provider's configuration", () => {
  const kubernetes = new SimulatedProvider(provider, "4.34.2", "/nowhere");
  const olds = { kubeconfig: kubeconfigOf(server), clusterIdentifier: server };

  test("is strict", () => {
    assert.deepEqual(kubernetes.checkConfig({ ...olds, enableServerSideApply: "true" }), []);
    assert.deepEqual(kubernetes.checkConfig({ ...olds, kubeConfig: "x" }), [
      { property: "", reason: 'Unrecognized key: "kubeConfig"' },
    ]);
  });

  test("changes in place while the identifier stays, whatever becomes of the kubeconfig", () => {
    const renewed = { ...olds, kubeconfig: kubeconfigOf(server, "Qg==") };
    assert.deepEqual(kubernetes.diffConfig(olds, renewed), { changed: ["kubeconfig"], replaced: [] });
    assert.deepEqual(kubernetes.diffConfig(olds, { ...olds, kubeconfig: unknown }).replaced, []);
  });

  test("replaces every object for another identifier", () => {
    const moved = { ...olds, clusterIdentifier: "https://other.example" };
    assert.deepEqual(kubernetes.diffConfig(olds, moved).replaced, ["clusterIdentifier"]);
    assert.deepEqual(kubernetes.diffConfig(olds, { ...olds, clusterIdentifier: unknown }).replaced, [
      "clusterIdentifier",
    ]);
  });

  test("without an identifier replaces every object when the certificate changes, or nothing is known", () => {
    const plain = { kubeconfig: kubeconfigOf(server) };
    assert.deepEqual(kubernetes.diffConfig(plain, { kubeconfig: kubeconfigOf(server, "Qg==") }).replaced, [
      "kubeconfig",
    ]);
    assert.deepEqual(kubernetes.diffConfig(plain, { kubeconfig: unknown }).replaced, ["kubeconfig"]);
    assert.deepEqual(kubernetes.diffConfig(plain, plain), { changed: [], replaced: [] });
  });
});

describe("the cluster", () => {
  test("is found by its address among the clouds, as JSON and as YAML", async (context) => {
    const folder = temporaryFolder(context);
    const worlds = { gcp: openWorld(folder, "gcp", testScale), azure: openWorld(folder, "azure", testScale) };
    context.after(() => {
      Object.values(worlds).forEach((world) => {
        world.close();
      });
    });
    const now = worlds.gcp.now();
    const record = { identity: null, inputs: {}, readyAt: now, visibleAt: now };
    worlds.gcp.insert({
      ...record,
      type: "gcp:container/cluster:Cluster",
      id: "g",
      outputs: { endpoint: "203.0.113.7" },
    });
    worlds.azure.insert({
      ...record,
      type: "azure-native:containerservice:ManagedCluster",
      id: "a",
      outputs: { fqdn: "trinity-1a2b3c.hcp.eastus.azmk8s.io" },
    });
    const yaml = [
      "apiVersion: v1",
      "kind: Config",
      "clusters: [{ name: c, cluster: { server: 'https://trinity-1a2b3c.hcp.eastus.azmk8s.io:443' } }]",
      "contexts: [{ name: c, context: { cluster: c, user: u } }]",
      "users: [{ name: u }]",
      "current-context: c",
    ].join("\n");
    for (const [kubeconfig, world] of [
      [kubeconfigOf("https://203.0.113.7"), worlds.gcp],
      [yaml, worlds.azure],
    ] as const) {
      const kubernetes = new SimulatedProvider(provider, "4.34.2", folder);
      kubernetes.configure({ kubeconfig });
      await kubernetes.create(urn(types.namespace, "x"), namespace("argocd"), false);
      assert.equal(world.list(types.namespace).length, 1);
    }
    assert.ok(!fs.existsSync(`${folder}/aws.sqlite`), "looking for a cluster makes no cloud");
  });

  test("does not answer when no cloud has it, is not ready, or is being deleted", async (context) => {
    const { world } = temporaryCluster(context);
    const reach = async (address: string) => {
      const kubernetes = new SimulatedProvider(provider, "4.34.2", world.folder);
      kubernetes.configure({ kubeconfig: kubeconfigOf(address) });
      await kubernetes.create(urn(types.namespace, "x"), namespace("argocd"), false);
    };
    await assert.rejects(reach("https://gone.example"), {
      message:
        /^configured Kubernetes cluster is unreachable: unable to load schema .*lookup gone\.example: no such host/,
    });
    world.delete("aws:eks/cluster:Cluster", "trinity-dev-aws", world.now() + 1e12);
    await assert.rejects(reach(server), /configured Kubernetes cluster is unreachable/);
  });

  test("says what is wrong with a kubeconfig", async (context) => {
    const { kubernetes } = temporaryCluster(context);
    const broken = { ...(JSON.parse(kubeconfigOf(server)) as Record<string, unknown>), "current-context": "other" };
    kubernetes.configure({ kubeconfig: JSON.stringify(broken) });
    await assert.rejects(
      kubernetes.create(urn(types.namespace, "x"), namespace("argocd"), false),
      /unable to load Kubernetes client configuration .*context was not found for specified context: other/,
    );
  });

  test("keeps its objects apart from those of another cluster in the same cloud", async (context) => {
    const cluster = temporaryCluster(context);
    addCluster(cluster.world, "trinity-prod-aws", "https://DEF456.gr7.us-east-1.eks.amazonaws.com");
    const other = new SimulatedProvider(provider, "4.34.2", cluster.world.folder);
    other.configure({ kubeconfig: kubeconfigOf("https://DEF456.gr7.us-east-1.eks.amazonaws.com") });
    const id = await create(cluster, types.namespace, namespace("argocd"));
    await other.create(urn(types.namespace, "x"), namespace("argocd"), false);
    await cluster.kubernetes.delete(urn(types.namespace, "x"), id);
    assert.deepEqual(
      cluster.world.list(types.namespace).map((record) => record.id),
      ["argocd@DEF456.gr7.us-east-1.eks.amazonaws.com"],
    );
  });
});
