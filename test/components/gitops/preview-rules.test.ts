import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { previewRules } from "../../../components/gitops/preview-rules";
import { mayAsk, requestOf } from "../../delivery/rollout/rights";
import { application, objectsInCluster } from "./objects";

const rules = previewRules(application);

/** What refreshing an object asks for (pulumi-kubernetes provider/pkg/await/await.go, Read; helm_release.go, Read). */
const readOf: Readonly<Record<string, (name: string) => string>> = {
  "core/v1:Namespace": (name) => `/api/v1/namespaces/${name}`,
  "helm.sh/v3:Release": () => "/api/v1/namespaces/argocd/configmaps?labelSelector=name%3Dargocd%2Cowner%3Dhelm",
  "argoproj.io/v1alpha1:AppProject": (name) => `/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/${name}`,
  "argoproj.io/v1alpha1:Application": (name) => `/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/${name}`,
  ...Object.fromEntries(
    ["ClusterRole", "ClusterRoleBinding"].map((kind) => [
      `rbac.authorization.k8s.io/v1:${kind}`,
      (name: string) => `/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s/${name}`,
    ]),
  ),
  ...Object.fromEntries(
    ["Role", "RoleBinding"].map((kind) => [
      `rbac.authorization.k8s.io/v1:${kind}`,
      (name: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/argocd/${kind.toLowerCase()}s/${name}`,
    ]),
  ),
};

/** What a refresh asks for all that a stack makes in its cluster. A new kind fails here until it is thought of. */
async function readsOfStack(): Promise<string[]> {
  return (await objectsInCluster()).map(({ type, inputs }) => {
    const read = readOf[type.slice("kubernetes:".length)];
    assert.ok(read, `what is read of a ${type}?`);
    return read(String((inputs.metadata as { readonly name: string } | undefined)?.name));
  });
}

describe("who previews", () => {
  test("may read every object that the stack makes in the cluster, and write none", async () => {
    const reads = await readsOfStack();
    assert.equal(reads.length, 12);
    for (const path of reads) {
      assert.equal(mayAsk("GET", path, rules), true, path);
      for (const method of ["PATCH", "PUT", "POST", "DELETE"]) {
        assert.equal(mayAsk(method, path, rules), false, `${method} ${path}`);
      }
    }
  });

  test("is granted nothing that no refresh asks for", async () => {
    const used = (await readsOfStack()).map((path) => {
      const { group, resource, name = "any", verb } = requestOf("GET", path);
      return `${verb} ${group}/${resource} ${name}`;
    });
    const granted = [...rules.cluster, ...rules.argoCd].flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) => (resourceNames ?? ["any"]).map((name) => `${verb} ${group}/${resource} ${name}`)),
        ),
      ),
    );
    assert.deepEqual([...new Set(granted)].sort(), [...new Set(used)].sort());
  });

  for (const path of [
    "/api/v1/namespaces/argocd/secrets",
    "/api/v1/namespaces/argocd/secrets/argocd-secret",
    "/api/v1/secrets",
    "/api/v1/namespaces",
    "/api/v1/namespaces/demo",
    "/api/v1/namespaces/demo/configmaps",
    "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications",
    "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/demo",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin",
    "/api/v1/namespaces/argocd/pods",
  ]) {
    test(`may not GET ${path}`, () => {
      assert.equal(mayAsk("GET", path, rules), false);
    });
  }
});
