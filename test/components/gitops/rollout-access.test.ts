import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Provider } from "@pulumi/kubernetes/provider";
import { RolloutAccess } from "../../../components/gitops/rollout-access";
import { appRules, argoCdRules } from "../../../components/gitops/rollout-rules";
import { patches } from "../../../delivery/rollout/patches";
import { paths } from "../../../delivery/rollout/objects";
import { mayAsk, requestOf } from "../../delivery/rollout/rights";
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

const subject = { kind: "Group", name: "trinity-rollout" } as const;

const run = () =>
  runWithMocks(
    tables,
    () => new RolloutAccess("r", { provider: new Provider("p"), subject, namespace: new Namespace("n") }),
  );

describe("RolloutAccess", () => {
  test("declares a role and its binding in all namespaces and in Argo CD's, all below itself", async () => {
    const { resources } = await run();
    assert.deepEqual(listOf(resources), [
      "kubernetes:core/v1:Namespace n",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole r-apps",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding r-apps",
      "kubernetes:rbac.authorization.k8s.io/v1:Role r-argo-cd",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding r-argo-cd",
      "pulumi:providers:kubernetes p",
      "trinity:gitops:RolloutAccess r",
    ]);
    assert.deepEqual(unparented(resources).sort(), ["n", "p", "r"]);
  });

  test("binds both to the one subject, in the order that Kubernetes needs", async () => {
    const { resources } = await run();
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "trinity-rollout" }];
    for (const [name, kind, namespace] of [
      ["r-apps", "ClusterRole", undefined],
      ["r-argo-cd", "Role", "argocd"],
    ] as const) {
      const binding = find(resources, name, `kubernetes:rbac.authorization.k8s.io/v1:${kind}Binding`);
      assert.deepEqual(binding.inputs.subjects, subjects);
      assert.deepEqual(binding.inputs.roleRef, {
        apiGroup: "rbac.authorization.k8s.io",
        kind,
        name: "trinity-rollout",
      });
      assert.ok(binding.dependencies.includes(name));
      const { metadata } = find(resources, name, `kubernetes:rbac.authorization.k8s.io/v1:${kind}`).inputs;
      assert.deepEqual(metadata, { name: "trinity-rollout", ...(namespace === undefined ? {} : { namespace }) });
    }
  });
});

/** Every request that delivery/rollout makes of a cluster; its own tests run under the same rules. */
const asked: readonly (readonly [string, string])[] = [
  ["GET", paths.rollout("demo")],
  ...Object.values(patches).map(
    (patch) =>
      ["PATCH", "status" in patch ? `${paths.rollout("demo")}/status` : paths.rollout("demo")] satisfies [
        string,
        string,
      ],
  ),
  ["GET", paths.analysisRuns("demo", "abc")],
  ["GET", paths.pods("demo", { app: "demo" })],
  ["GET", paths.application("demo")],
  ["PATCH", paths.application("demo")],
  ["GET", paths.applicationSet("apps")],
  ["PATCH", paths.applicationSet("apps")],
];

describe("who looks after rollouts", () => {
  for (const [method, path] of asked) {
    test(`may ${method} ${path}`, () => {
      assert.equal(mayAsk(method, path), true);
    });
  }

  for (const [method, path] of [
    ["DELETE", paths.rollout("demo")],
    ["GET", "/apis/argoproj.io/v1alpha1/namespaces/demo/rollouts"],
    ["PATCH", "/api/v1/namespaces/demo/pods/demo-1"],
    ["GET", "/api/v1/namespaces/demo/pods/demo-1/log"],
    ["POST", "/api/v1/namespaces/demo/pods/demo-1/exec"],
    ["GET", "/api/v1/namespaces/argocd/secrets/argocd-secret"],
    ["GET", "/api/v1/namespaces/demo/secrets"],
    ["PATCH", "/apis/apps/v1/namespaces/demo/deployments/demo"],
    ["PATCH", "/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/root"],
    ["DELETE", paths.application("demo")],
    ["PATCH", "/apis/argoproj.io/v1alpha1/namespaces/demo/applications/demo"],
    ["PATCH", "/apis/rbac.authorization.k8s.io/v1/clusterroles/trinity-rollout"],
  ] as const) {
    test(`may not ${method} ${path}`, () => {
      assert.equal(mayAsk(method, path), false);
    });
  }

  test("may do nothing that delivery/rollout does not do", () => {
    const used = new Set(
      asked.map(([method, path]) => {
        const { group, resource, verb } = requestOf(method, path);
        return `${group}/${resource} ${verb}`;
      }),
    );
    const granted = [...appRules, ...argoCdRules].flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
      ),
    );
    assert.deepEqual(granted.sort(), [...used].sort());
  });
});
