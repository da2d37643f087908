import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, namespace, temporaryCluster, types as objectTypes, urn } from "./cluster";

const apiVersion = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";
const type = (kind: string) => `kubernetes:${apiVersion}:${kind}`;

const rule = { apiGroups: [""], resources: ["pods"], verbs: ["list"] };
const clusterRole = { apiVersion, kind: "ClusterRole", metadata: { name: "r" }, rules: [rule] };
const role = { ...clusterRole, kind: "Role", metadata: { name: "r", namespace: "demo" } };
const subjects = [{ apiGroup, kind: "Group", name: "g" }];
const clusterRoleBinding = {
  apiVersion,
  kind: "ClusterRoleBinding",
  metadata: { name: "r" },
  roleRef: { apiGroup, kind: "ClusterRole", name: "r" },
  subjects,
};
const roleBinding = {
  ...clusterRoleBinding,
  kind: "RoleBinding",
  metadata: { name: "r", namespace: "demo" },
  roleRef: { apiGroup, kind: "Role", name: "r" },
};

describe("roles and bindings", () => {
  const refused = {
    "a rule without an API group": { ...clusterRole, rules: [{ ...rule, apiGroups: [] }] },
    "a rule without a resource": { ...clusterRole, rules: [{ ...rule, resources: [] }] },
    "a rule without a verb": { ...clusterRole, rules: [{ ...rule, verbs: [] }] },
    "a name with a slash": { ...clusterRole, metadata: { name: "a/b" } },
    "a name of two dots": { ...clusterRole, metadata: { name: ".." } },
    "a role of all namespaces in one": { ...clusterRole, metadata: { name: "r", namespace: "demo" } },
    "a role without a namespace": { ...role, metadata: { name: "r" } },
    "a group of another API group": { ...clusterRoleBinding, subjects: [{ ...subjects[0], apiGroup: "" }] },
    "a subject without a name": { ...clusterRoleBinding, subjects: [{ ...subjects[0], name: "" }] },
    "a role of one namespace for all of them": { ...clusterRoleBinding, roleRef: roleBinding.roleRef },
  };
  for (const [fault, object] of Object.entries(refused)) {
    test(`${fault} is refused`, (context) => {
      const { kubernetes } = temporaryCluster(context);
      const { failures } = kubernetes.check(urn(type(object.kind), "x"), {}, object, Buffer.alloc(32));
      assert.equal(failures.length, 1);
    });
  }

  test("a colon in a name is fine", (context) => {
    const { kubernetes } = temporaryCluster(context);
    const object = { ...clusterRole, metadata: { name: "trinity:rollout" } };
    assert.deepEqual(kubernetes.check(urn(type("ClusterRole"), "x"), {}, object, Buffer.alloc(32)).failures, []);
  });

  test("a binding needs its role, and both their namespace", async (context) => {
    const cluster = temporaryCluster(context);
    await assert.rejects(create(cluster, type("ClusterRoleBinding"), clusterRoleBinding), {
      message: 'NotFound: clusterroles.rbac.authorization.k8s.io "r" not found',
    });
    await create(cluster, type("ClusterRole"), clusterRole);
    await create(cluster, type("ClusterRoleBinding"), clusterRoleBinding);

    await assert.rejects(create(cluster, type("Role"), role), { message: 'NotFound: namespaces "demo" not found' });
    await assert.rejects(create(cluster, type("RoleBinding"), roleBinding), /namespaces "demo" not found/);
    await create(cluster, objectTypes.namespace, namespace("demo"));
    await assert.rejects(create(cluster, type("RoleBinding"), roleBinding), {
      message: 'NotFound: roles.rbac.authorization.k8s.io "r" not found',
    });
    await create(cluster, type("Role"), role);
    await create(cluster, type("RoleBinding"), roleBinding);
    await assert.rejects(create(cluster, type("RoleBinding"), roleBinding), /AlreadyExists/);
  });

  test("another role is another binding, another subject is not", (context) => {
    const { kubernetes } = temporaryCluster(context);
    const diff = (change: object) =>
      kubernetes.diff(urn(type("RoleBinding"), "x"), roleBinding, { ...roleBinding, ...change }).replaced;
    assert.deepEqual(diff({ roleRef: { ...roleBinding.roleRef, name: "s" } }), ["roleRef"]);
    assert.deepEqual(diff({ subjects: [{ ...subjects[0], name: "h" }] }), []);
  });
});
