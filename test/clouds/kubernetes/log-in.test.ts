import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { credentialsOf } from "../../../rehearsal/clouds/aws/sessions";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import { provider } from "../../../rehearsal/clouds/kubernetes/provider";
import { argoCd, create, kubeconfigOf, namespace, remove, server, temporaryCluster, types, urn } from "./cluster";

const rbac = "rbac.authorization.k8s.io";
const apiVersion = `${rbac}/v1`;
const roleArn = "arn:aws:iam::123456789012:role/watcher";

/** A cluster whose group `watchers` may read the namespace `argocd` and list its ConfigMaps, and a role's client of it. */
async function clusterOfWatchers(context: TestContext, options: { readonly entry: boolean }) {
  const cluster = temporaryCluster(context);
  const { world } = cluster;
  const ids = {
    argocd: await create(cluster, types.namespace, namespace("argocd")),
    demo: await create(cluster, types.namespace, namespace("demo")),
    release: await create(cluster, types.release, argoCd()),
  };
  const subjects = [{ apiGroup: rbac, kind: "Group", name: "watchers" }];
  for (const [kind, within, rule] of [
    ["ClusterRole", {}, { resources: ["namespaces"], resourceNames: ["argocd"], verbs: ["get"] }],
    ["Role", { namespace: "argocd" }, { resources: ["configmaps"], verbs: ["list"] }],
  ] as const) {
    const metadata = { name: "watch", ...within };
    const type = `kubernetes:${apiVersion}:${kind}`;
    await create(cluster, type, { apiVersion, kind, metadata, rules: [{ apiGroups: [""], ...rule }] });
    const roleRef = { apiGroup: rbac, kind, name: "watch" };
    await create(cluster, `${type}Binding`, { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects });
  }
  if (options.entry) {
    const inputs = { clusterName: "trinity-dev-aws", principalArn: roleArn, kubernetesGroups: ["watchers"] };
    const now = world.now();
    const type = "aws:eks/accessEntry:AccessEntry";
    world.insert({ type, id: "entry", identity: "entry", inputs, outputs: {}, readyAt: now, visibleAt: now });
  }
  const session = credentialsOf(world, { roleArn, name: "job", endsAt: Date.now() + 60_000 });
  const kubernetes = new SimulatedProvider(provider, "4.34.2", world.folder, {
    AWS_SESSION_TOKEN: session.sessionToken,
  });
  kubernetes.configure({ kubeconfig: kubeconfigOf(server) });
  await kubernetes.logIn();
  return { cluster, ids, watcher: { world, kubernetes } };
}

const read = ({ kubernetes }: { readonly kubernetes: SimulatedProvider }, type: string, id: string) =>
  kubernetes.read(urn(type, "x"), id);

describe("whoever logs in to a cluster", () => {
  test("may do what its roles say there", async (context) => {
    const { cluster, ids, watcher } = await clusterOfWatchers(context, { entry: true });
    assert.ok(await read(watcher, types.namespace, ids.argocd));
    assert.ok(await read(watcher, types.release, ids.release));
    await remove(cluster, types.release, ids.release);
    assert.equal(await read(watcher, types.release, ids.release), undefined, "what is gone is not refused");
  });

  test("may do nothing else", async (context) => {
    const { ids, watcher } = await clusterOfWatchers(context, { entry: true });
    await assert.rejects(read(watcher, types.namespace, ids.demo), {
      message:
        `namespaces "demo" is forbidden: User "${roleArn}" cannot get resource "namespaces" in API group "" ` +
        `at the cluster scope`,
    });
    await assert.rejects(create(watcher, types.namespace, namespace("more")), /cannot create resource "namespaces"/);
    await assert.rejects(remove(watcher, types.namespace, ids.argocd), /cannot delete resource "namespaces"/);
  });

  test("is nobody in AWS without an access entry", async (context) => {
    const { ids, watcher } = await clusterOfWatchers(context, { entry: false });
    await assert.rejects(read(watcher, types.namespace, ids.argocd), {
      message: "Unauthorized: the server has asked for the client to provide credentials",
    });
  });
});
