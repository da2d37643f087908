import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as https from "node:https";
import { test } from "node:test";
import { accessNames } from "../../../components/gitops/rule";
import type { ControlPlane } from "../../../rehearsal/clusters";
import { objectsInCluster } from "../../components/gitops/objects";
import { apply, type Manifest, oneControlPlane, pathOf, workbench } from "./support";

const helmRecords = "/api/v1/namespaces/argocd/configmaps?labelSelector=name%3Dargocd%2Cowner%3Dhelm";
const secrets = "/api/v1/namespaces/argocd/secrets";

/** What a stack makes in its cluster, as it gives it to Kubernetes: all but the release, which Helm installs. */
async function objectsOfStack(): Promise<Manifest[]> {
  return (await objectsInCluster())
    .filter(({ type }) => !type.endsWith(":Release"))
    .map(({ inputs }) => inputs as unknown as Manifest);
}

/** What the API server answers a member of the group, by its status. The administrator asks in the member's name. */
function asMember(plane: ControlPlane, group: string) {
  const { users } = JSON.parse(fs.readFileSync(plane.kubeconfig, "utf8")) as {
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  };
  const agent = new https.Agent({ ca: plane.certificate });
  return (method: string, path: string, body?: object): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${users[0].user.token}`,
        "content-type": method === "PATCH" ? "application/apply-patch+yaml" : "application/json",
        "impersonate-user": "somebody",
        // An authenticator puts everybody whom it knows into the second.
        "impersonate-group": [group, "system:authenticated"],
      };
      const request = https.request(new URL(path, plane.server), { method, headers, agent }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      request.once("error", reject);
      request.end(body === undefined ? "" : JSON.stringify(body));
    });
}

test("in a real cluster, who previews reads what the stack made, no Secret, and writes nothing", async (t) => {
  const plane = await oneControlPlane(await workbench());
  const objects = await objectsOfStack();
  assert.equal(objects.length, 11);
  const isOfArgoCd = ({ apiVersion }: Manifest) => apiVersion.startsWith("argoproj.io/");
  await apply(plane.api, ...objects.filter((object) => !isOfArgoCd(object)));
  const hidden: Manifest = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "argocd-secret", namespace: "argocd" },
    stringData: { "server.secretkey": "only for tests" },
  };
  await apply(plane.api, hidden);
  const ask = asMember(plane, accessNames.preview);

  await t.test("reads each of the stack's objects, and Helm's records", async () => {
    for (const object of objects) {
      // This cluster has no kinds of Argo CD's: what may be asked for is not found.
      assert.equal(await ask("GET", pathOf(object)), isOfArgoCd(object) ? 404 : 200, pathOf(object));
    }
    assert.equal(await ask("GET", helmRecords), 200);
    // What the provider asks before anything else.
    for (const path of ["/version", "/openapi/v2", "/apis"]) assert.equal(await ask("GET", path), 200, path);
  });

  await t.test("reads no Secret, and nothing of others", async () => {
    for (const path of [
      secrets,
      pathOf(hidden),
      "/api/v1/secrets",
      "/api/v1/namespaces/kube-system/configmaps",
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin",
      "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/other",
    ]) {
      assert.equal(await ask("GET", path), 403, path);
    }
  });

  await t.test("writes nothing, not even as a dry run", async () => {
    for (const object of objects) {
      const path = pathOf(object);
      for (const query of ["fieldManager=test", "fieldManager=test&dryRun=All"]) {
        assert.equal(await ask("PATCH", `${path}?${query}`, object), 403, path);
      }
      assert.equal(await ask("DELETE", path), 403, path);
    }
    assert.equal(await ask("POST", secrets, { ...hidden, metadata: { name: "another" } }), 403);
    assert.equal(await ask("POST", "/api/v1/namespaces/argocd/configmaps", { metadata: { name: "another" } }), 403);
  });

  await t.test("who looks after rollouts has other rights, and no Secret either", async () => {
    const rollout = asMember(plane, accessNames.rollout);
    assert.equal(await rollout("GET", "/api/v1/namespaces/demo/pods"), 200);
    for (const path of [helmRecords, secrets, pathOf(hidden)]) assert.equal(await rollout("GET", path), 403, path);
  });
});
