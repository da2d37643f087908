import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  addNodes,
  application,
  argoCd,
  create,
  install,
  namespace,
  project,
  remove,
  temporaryCluster,
  type TestCluster,
  types,
  urn,
} from "./cluster";

const withNamespace = async (cluster: TestCluster): Promise<TestCluster> => {
  await create(cluster, types.namespace, namespace("argocd"));
  return cluster;
};

describe("a Helm release", () => {
  test("needs a chart that its repository has, in that version", async (context) => {
    const cluster = await withNamespace(temporaryCluster(context));
    const install = (changes: Readonly<Record<string, unknown>>) => create(cluster, types.release, argoCd(changes));
    await assert.rejects(
      install({ chart: "argocd" }),
      /Error locating chart: chart "argocd" version "10\.1\.1" not found/,
    );
    await assert.rejects(install({ version: "99.0.0" }), /chart "argo-cd" version "99\.0\.0" not found/);
    await assert.rejects(
      install({ repositoryOpts: { repo: "https://charts.example" } }),
      /not found in https:\/\/charts\.example/,
    );
  });

  test("takes only values that the chart has", async (context) => {
    const cluster = await withNamespace(temporaryCluster(context));
    await assert.rejects(create(cluster, types.release, argoCd({ values: { sever: {} } })), /has no values sever/);
  });

  test("needs its namespace, and its name to be free in it", async (context) => {
    const cluster = temporaryCluster(context);
    await assert.rejects(create(cluster, types.release, argoCd()), /namespaces "argocd" not found/);
    await withNamespace(cluster);
    await create(cluster, types.release, argoCd());
    await assert.rejects(create(cluster, types.release, argoCd()), /cannot re-use a name that is still in use/);
  });

  test("times out on a cluster without nodes, and is gone when it is atomic", async (context) => {
    const cluster = await withNamespace(temporaryCluster(context, { nodes: false }));
    await assert.rejects(create(cluster, types.release, argoCd({ atomic: true })), {
      message: /^release argocd failed, and has been uninstalled due to atomic being set: context deadline exceeded/,
    });
    await assert.rejects(create(cluster, types.release, argoCd()), /^CloudError: context deadline exceeded/);
    assert.deepEqual(cluster.world.list(types.release), []);
  });

  test("waits for nodes that are being made", async (context) => {
    const cluster = await withNamespace(temporaryCluster(context, { nodes: false }));
    const begin = cluster.world.now();
    addNodes(cluster.world, "trinity-dev-aws", begin + cluster.world.milliseconds(120));
    await create(cluster, types.release, argoCd({ timeout: 600 }));
    assert.ok(cluster.world.now() - begin >= cluster.world.milliseconds(120 + 75));
  });

  test("counts its revisions", async (context) => {
    const cluster = await withNamespace(temporaryCluster(context));
    const id = await create(cluster, types.release, argoCd());
    const values = { controller: { replicas: 2 } };
    const outputs = await cluster.kubernetes.update(urn(types.release, "x"), id, argoCd(), argoCd({ values }), false);
    assert.equal((outputs as { status?: { revision: number } }).status?.revision, 2);
  });

  test("brings the kinds that its applications are of", async (context) => {
    const cluster = await withNamespace(temporaryCluster(context));
    await assert.rejects(
      create(cluster, types.application, application()),
      /Verify that any required CRDs have been created: no matches for kind "Application" in version "argoproj\.io\/v1alpha1"/,
    );
    await assert.rejects(create(cluster, types.project, project), /no matches for kind "AppProject"/);
    await create(cluster, types.release, argoCd());
    await create(cluster, types.application, application());
  });

  test("keeps its kinds when it is uninstalled, unless the values say otherwise", async (context) => {
    for (const [keep, left] of [
      [undefined, 1],
      [true, 1],
      [false, 0],
    ] as const) {
      const cluster = await withNamespace(temporaryCluster(context));
      const values = keep === undefined ? {} : { crds: { keep } };
      const release = await create(cluster, types.release, argoCd({ values }));
      await create(cluster, types.application, application({ finalizers: [] }));
      await remove(cluster, types.release, release);
      assert.equal(cluster.world.list(types.application).length, left);
    }
  });
});

describe("an Application that is to be emptied", () => {
  test("goes while Argo CD and its project live", async (context) => {
    const cluster = temporaryCluster(context);
    const ids = await install(cluster);
    await remove(cluster, types.application, ids.application);
    await remove(cluster, types.project, ids.project);
    await remove(cluster, types.release, ids.release);
    await remove(cluster, types.namespace, ids.namespace);
    assert.deepEqual(
      cluster.world.list().filter(({ type }) => type.startsWith("kubernetes:") && !type.includes("CustomResource")),
      [],
    );
  });

  test("never goes after Argo CD", async (context) => {
    const cluster = temporaryCluster(context);
    const ids = await install(cluster);
    await remove(cluster, types.release, ids.release);
    await assert.rejects(
      remove(cluster, types.application, ids.application),
      /timed out waiting for deletion .*no Argo CD controller runs in namespace "argocd"/,
    );
    assert.equal(cluster.world.list(types.application).length, 1);
  });

  test("never goes after its project", async (context) => {
    const cluster = temporaryCluster(context);
    const ids = await install(cluster);
    await remove(cluster, types.project, ids.project);
    await assert.rejects(
      remove(cluster, types.application, ids.application),
      /error getting app project "root": not found/,
    );
  });

  test("without the finalizer goes at any time", async (context) => {
    const cluster = temporaryCluster(context);
    await withNamespace(cluster);
    const release = await create(cluster, types.release, argoCd());
    const id = await create(cluster, types.application, application({ finalizers: [] }));
    await remove(cluster, types.release, release);
    await remove(cluster, types.application, id);
    assert.deepEqual(cluster.world.list(types.application), []);
  });
});
