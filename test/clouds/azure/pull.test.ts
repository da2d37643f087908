import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { provePull } from "../../../rehearsal/clouds/azure-native/pull";
import { type Azure, roles, simulatedAzure, subscription } from "./support";

const repository = "trinitydevazureacr.azurecr.io/mandelbrot";

interface KubeletIdentity {
  readonly kubeletidentity: { readonly objectId: string; readonly clientId: string };
}

async function withCluster(azure: Azure) {
  const { cluster, group } = await azure.cluster();
  const registry = await azure.registry();
  const { objectId, clientId } = (cluster.properties.identityProfile as KubeletIdentity).kubeletidentity;
  return { cluster, group, registry, objectId, clientId };
}

describe("simulated Azure: who may pull", () => {
  for (const [name, id] of [
    ["AcrPull", roles.acrPull],
    ["AcrPush", roles.acrPush],
    ["Reader", roles.reader],
  ] as const) {
    test(`${name} for the kubelets' object id lets them`, async (context) => {
      const azure = simulatedAzure(context);
      const { registry, objectId } = await withCluster(azure);
      await azure.assign(registry.id, id, objectId);
      const decision = provePull(azure.world, "cluster", repository);
      assert.deepEqual(decision, {
        allowed: true,
        identity: `the kubelet identity with object id ${objectId}`,
        grant: `${name} on ${registry.id}`,
      });
    });
  }

  test("without a grant, the missing one is named", async (context) => {
    const azure = simulatedAzure(context);
    const { registry, objectId } = await withCluster(azure);
    assert.deepEqual(provePull(azure.world, "cluster", repository), {
      allowed: false,
      identity: `the kubelet identity with object id ${objectId}`,
      missing: `AcrPull on ${registry.id} for object id ${objectId}`,
    });
  });

  test("taking AcrPull away takes the pull away", async (context) => {
    const azure = simulatedAzure(context);
    const { registry, objectId } = await withCluster(azure);
    const grant = await azure.assign(registry.id, roles.acrPull, objectId);
    assert.equal(provePull(azure.world, "cluster", repository).allowed, true);
    await azure.delete("assignment", grant);
    assert.equal(provePull(azure.world, "cluster", repository).allowed, false);
  });

  test("the client id, which Azure accepts, grants nothing", async (context) => {
    const azure = simulatedAzure(context);
    const { registry, clientId } = await withCluster(azure);
    await azure.assign(registry.id, roles.acrPull, clientId);
    assert.equal(provePull(azure.world, "cluster", repository).allowed, false);
  });

  test("a grant on the resource group or the subscription holds for the registry in it", async (context) => {
    const azure = simulatedAzure(context);
    const { group, objectId } = await withCluster(azure);
    const grant = await azure.assign(group.id, roles.acrPull, objectId);
    assert.equal(provePull(azure.world, "cluster", repository).allowed, true);
    await azure.delete("assignment", grant);
    await azure.assign(subscription, roles.acrPull, objectId);
    assert.equal(provePull(azure.world, "cluster", repository).allowed, true);
  });

  test("a grant on another registry does not", async (context) => {
    const azure = simulatedAzure(context);
    const { objectId } = await withCluster(azure);
    const other = await azure.registry({ registryName: "trinitydevazureacr2" });
    await azure.assign(other.id, roles.acrPull, objectId);
    assert.equal(provePull(azure.world, "cluster", repository).allowed, false);
  });

  for (const [name, id] of [
    ["AcrDelete", roles.acrDelete],
    ["Network Contributor", roles.networkContributor],
    ["Container Registry Repository Reader, which counts on ABAC registries alone,", roles.repositoryReader],
  ] as const) {
    test(`${name} does not let them`, async (context) => {
      const azure = simulatedAzure(context);
      const { registry, objectId } = await withCluster(azure);
      await azure.assign(registry.id, id, objectId);
      assert.equal(provePull(azure.world, "cluster", repository).allowed, false);
    });
  }

  test("a cluster or a registry that does not exist is named", async (context) => {
    const azure = simulatedAzure(context);
    await withCluster(azure);
    const noCluster = provePull(azure.world, "other", repository);
    const noRegistry = provePull(azure.world, "cluster", "other.azurecr.io/mandelbrot");
    assert.match(noCluster.allowed ? "" : noCluster.missing, /AKS cluster named other/);
    assert.match(noRegistry.allowed ? "" : noRegistry.missing, /login server other\.azurecr\.io/);
  });
});
