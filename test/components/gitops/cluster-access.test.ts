import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Provider } from "@pulumi/kubernetes/provider";
import { ClusterAccess, user } from "../../../components/gitops/cluster-access";
import { find, listOf, type MockTables, runWithMocks, unparented } from "../../support/mocks";

const tables: MockTables = {
  resources: {
    "pulumi:providers:kubernetes": () => ({}),
    "kubernetes:core/v1:Namespace": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:Role": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": () => ({}),
  },
};

const subject = { kind: "Group", name: "watchers" } as const;

const rules = {
  cluster: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }],
  argoCd: [{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["argocd-cm"], verbs: ["get"] }],
};

const run = () =>
  runWithMocks(
    tables,
    () =>
      new ClusterAccess("r", {
        provider: new Provider("p"),
        subject,
        objectName: "trinity-watch",
        rules,
        namespace: new Namespace("n"),
      }),
  );

describe("ClusterAccess", () => {
  test("declares a role and its binding in all namespaces and in Argo CD's, all below itself", async () => {
    const { resources } = await run();
    assert.deepEqual(listOf(resources), [
      "kubernetes:core/v1:Namespace n",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole r-cluster",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding r-cluster",
      "kubernetes:rbac.authorization.k8s.io/v1:Role r-argo-cd",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding r-argo-cd",
      "pulumi:providers:kubernetes p",
      "trinity:gitops:ClusterAccess r",
    ]);
    assert.deepEqual(unparented(resources).sort(), ["n", "p", "r"]);
  });

  test("binds both to the one subject, in the order that Kubernetes needs", async () => {
    const { resources } = await run();
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", ...subject }];
    for (const [name, kind, namespace, given] of [
      ["r-cluster", "ClusterRole", undefined, rules.cluster],
      ["r-argo-cd", "Role", "argocd", rules.argoCd],
    ] as const) {
      const binding = find(resources, name, `kubernetes:rbac.authorization.k8s.io/v1:${kind}Binding`);
      assert.deepEqual(binding.inputs.subjects, subjects);
      assert.deepEqual(binding.inputs.roleRef, { apiGroup: "rbac.authorization.k8s.io", kind, name: "trinity-watch" });
      assert.ok(binding.dependencies.includes(name));
      const role = find(resources, name, `kubernetes:rbac.authorization.k8s.io/v1:${kind}`);
      assert.deepEqual(role.inputs.metadata, {
        name: "trinity-watch",
        ...(namespace === undefined ? {} : { namespace }),
      });
      assert.deepEqual(role.inputs.rules, given);
    }
  });

  test("knows nobody without a name", () => {
    assert.equal(user(undefined), undefined);
    assert.deepEqual(user("somebody"), { kind: "User", name: "somebody" });
  });
});
