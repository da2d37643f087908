import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deleteObjectsOf } from "../../../rehearsal/clouds/kubernetes/objects";
import { findRootApplication } from "../../../rehearsal/clouds/kubernetes/root-application";
import { application, create, install, namespace, remove, server, temporaryCluster, types, urn } from "./cluster";

const secret = (metadata: Readonly<Record<string, unknown>>) => ({ apiVersion: "v1", kind: "Secret", metadata });
const configMap = (metadata: Readonly<Record<string, unknown>>) => ({ apiVersion: "v1", kind: "ConfigMap", metadata });

describe("objects", () => {
  for (const name of ["Argo", "argo_cd", "-argocd", "argo.cd", "a".repeat(64)]) {
    test(`a namespace cannot be named ${name}`, (context) => {
      const { kubernetes } = temporaryCluster(context);
      const { failures } = kubernetes.check(urn(types.namespace, "x"), {}, namespace(name), Buffer.alloc(32));
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["metadata.name"],
      );
    });
  }

  test("a label's value has at most 63 characters of the allowed ones", (context) => {
    const { kubernetes } = temporaryCluster(context);
    const check = (label: string) =>
      kubernetes.check(urn(types.configMap, "x"), {}, configMap({ name: "c", labels: { label } }), Buffer.alloc(32));
    assert.deepEqual(check("Dev_1.2").failures, []);
    assert.equal(check("a/b").failures.length, 1);
    assert.equal(check("a".repeat(64)).failures.length, 1);
  });

  test("an unnamed one is called after its logical name and eight digits, and keeps that name", (context) => {
    const { kubernetes } = temporaryCluster(context);
    const given = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default" } };
    const first = kubernetes.check(urn(types.configMap, "settings"), {}, given, Buffer.alloc(32, 1)).inputs;
    const name = String((first as { metadata?: { name?: string } }).metadata?.name);
    assert.match(name, /^settings-[0-9a-f]{8}$/);
    const second = kubernetes.check(urn(types.configMap, "settings"), first, given, Buffer.alloc(32, 2)).inputs;
    assert.deepEqual(second, first);
  });

  test("another name or namespace is another object", (context) => {
    const { kubernetes } = temporaryCluster(context);
    const diff = (metadata: Readonly<Record<string, unknown>>) =>
      kubernetes.diff(urn(types.configMap, "x"), configMap({ name: "a", namespace: "n" }), configMap(metadata))
        .replaced;
    assert.deepEqual(diff({ name: "b", namespace: "n" }), ["metadata.name"]);
    assert.deepEqual(diff({ name: "a", namespace: "m" }), ["metadata.namespace"]);
    assert.deepEqual(diff({ name: "a", namespace: "n", labels: { a: "b" } }), []);
  });

  test("a Secret is replaced when its type or content changes", (context) => {
    const { kubernetes } = temporaryCluster(context);
    const before = { ...secret({ name: "a" }), type: "Opaque", stringData: { a: "1" } };
    const diff = (after: Readonly<Record<string, unknown>>) => kubernetes.diff(urn(types.secret, "x"), before, after);
    assert.deepEqual(diff({ ...before, type: "kubernetes.io/tls" }).replaced, ["type"]);
    assert.deepEqual(diff({ ...before, stringData: { a: "2" } }), {
      changed: ["stringData"],
      replaced: ["stringData"],
      deleteFirst: true,
    });
  });

  test("an object needs its namespace, and its name to be free", async (context) => {
    const cluster = temporaryCluster(context);
    await assert.rejects(create(cluster, types.secret, secret({ name: "a", namespace: "argocd" })), {
      message: 'NotFound: namespaces "argocd" not found',
    });
    await create(cluster, types.namespace, namespace("argocd"));
    await create(cluster, types.secret, secret({ name: "a", namespace: "argocd" }));
    await assert.rejects(create(cluster, types.secret, secret({ name: "a", namespace: "argocd" })), /AlreadyExists/);
  });

  test("a namespace takes its contents along", async (context) => {
    const cluster = temporaryCluster(context);
    const id = await create(cluster, types.namespace, namespace("demo"));
    await create(cluster, types.secret, secret({ name: "a", namespace: "demo" }));
    await create(cluster, types.configMap, configMap({ name: "a" }));
    await remove(cluster, types.namespace, id);
    assert.deepEqual(cluster.world.list(types.secret), []);
    assert.equal(cluster.world.list(types.configMap).length, 1, "what is in another namespace stays");
  });

  test("a namespace with an Application that waits for Argo CD never goes", async (context) => {
    const cluster = temporaryCluster(context);
    const ids = await install(cluster);
    await assert.rejects(
      remove(cluster, types.namespace, ids.namespace),
      /namespace "argocd" stays Terminating: .*finalizers remaining: resources-finalizer\.argocd\.argoproj\.io/,
    );
  });

  test("all go with their cluster, at once", async (context) => {
    const cluster = temporaryCluster(context);
    await install(cluster);
    deleteObjectsOf(cluster.world, server);
    assert.deepEqual(
      cluster.world.list().filter(({ type }) => type.startsWith("kubernetes:")),
      [],
    );
  });
});

describe("the root application", () => {
  test("is found as the cluster holds it", async (context) => {
    const cluster = temporaryCluster(context);
    assert.equal(findRootApplication(cluster.world, server), undefined);
    await install(cluster);
    await create(cluster, types.application, {
      ...application({ name: "other" }),
      spec: { ...application().spec, project: "apps" },
    });
    assert.deepEqual(findRootApplication(cluster.world, server), {
      name: "trinity-dev-aws-root",
      repository: "https://github.com/example/trinity.git",
      revision: "main",
      path: "gitops/root",
    });
  });
});
