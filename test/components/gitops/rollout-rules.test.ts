import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rolloutRules } from "../../../components/gitops/rollout-rules";
import { patches } from "../../../delivery/rollout/patches";
import { paths } from "../../../delivery/rollout/objects";
import { mayAsk, requestOf } from "../../delivery/rollout/rights";

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
    const granted = [...rolloutRules.cluster, ...rolloutRules.argoCd].flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
      ),
    );
    assert.deepEqual(granted.sort(), [...used].sort());
  });
});
