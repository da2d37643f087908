import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { GitOps, type GitOpsArgs } from "../../../components/gitops";
import { find, listOf, type MockTables, runWithMocks, unparented, valueOf } from "../../support/mocks";

const server = "https://ABC123.gr7.us-east-1.eks.amazonaws.com";

const args: GitOpsArgs = {
  kubeconfig: JSON.stringify({ clusters: [{ name: "c", cluster: { server } }] }),
  endpoint: server,
  applicationName: "trinity-dev-aws-root",
  cloud: "aws",
  env: "dev",
  repository: "https://github.com/example/trinity.git",
  revision: "main",
  path: "gitops/root",
};

const tables: MockTables = {
  resources: {
    "pulumi:providers:kubernetes": () => ({}),
    "kubernetes:core/v1:Namespace": () => ({}),
    "kubernetes:helm.sh/v3:Release": () => ({}),
    "kubernetes:argoproj.io/v1alpha1:AppProject": () => ({}),
    "kubernetes:argoproj.io/v1alpha1:Application": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:Role": () => ({}),
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": () => ({}),
  },
};

const run = (changes: Partial<GitOpsArgs> = {}) =>
  runWithMocks(tables, () => new GitOps("trinity", { ...args, ...changes }));

describe("GitOps", () => {
  test("declares these children and no others, all below itself", async () => {
    const { resources } = await run();
    assert.deepEqual(listOf(resources), [
      "kubernetes:argoproj.io/v1alpha1:AppProject trinity-project",
      "kubernetes:argoproj.io/v1alpha1:Application trinity-application",
      "kubernetes:core/v1:Namespace trinity-namespace",
      "kubernetes:helm.sh/v3:Release trinity-argo-cd",
      "pulumi:providers:kubernetes trinity-provider",
      "trinity:gitops:GitOps trinity",
    ]);
    assert.deepEqual(unparented(resources), ["trinity"]);
  });

  test("lets somebody look after rollouts, and somebody read, where it is told whom, once the namespace is there", async () => {
    const rollout = { kind: "User", name: "rollout@example" } as const;
    const preview = { kind: "Group", name: "trinity-preview" } as const;
    const { resources } = await run({ rollout, preview });
    assert.deepEqual(unparented(resources), ["trinity"]);
    const rbac = "rbac.authorization.k8s.io/v1";
    for (const [identity, subject] of Object.entries({ rollout, preview })) {
      const inAll = find(resources, `trinity-${identity}-cluster`, `kubernetes:${rbac}:ClusterRoleBinding`);
      const inArgoCd = find(resources, `trinity-${identity}-argo-cd`, `kubernetes:${rbac}:RoleBinding`);
      for (const { inputs } of [inAll, inArgoCd]) {
        assert.deepEqual(inputs.subjects, [{ apiGroup: "rbac.authorization.k8s.io", ...subject }]);
        assert.deepEqual((inputs.metadata as { readonly name: string }).name, `trinity-${identity}`);
      }
      assert.ok(inArgoCd.dependencies.includes("trinity-namespace"));
    }
  });

  test("has Helm keep its records where no right to Secrets is needed to read them", async () => {
    const provider = find((await run()).resources, "trinity-provider");
    assert.deepEqual(JSON.parse(String(provider.inputs.helmReleaseSettings)), { driver: "configmap" });
  });

  test("keeps the kubeconfig secret, and tells clusters apart by the API server's address alone", async () => {
    const { resources } = await run();
    const provider = find(resources, "trinity-provider");
    assert.deepEqual(provider.secretInputs, ["kubeconfig"]);
    assert.equal(provider.inputs.clusterIdentifier, server);
    assert.deepEqual(find(resources, "trinity", "trinity:gitops:GitOps").inputs, {});
  });

  test("creates in the order that Kubernetes needs, so that deletion runs the other way", async () => {
    const { resources } = await run();
    assert.deepEqual(find(resources, "trinity-argo-cd").dependencies, ["trinity-namespace"]);
    assert.deepEqual(find(resources, "trinity-project").dependencies, ["trinity-argo-cd"]);
    assert.deepEqual(find(resources, "trinity-application").dependencies, ["trinity-argo-cd", "trinity-project"]);
  });

  test("installs the pinned chart, and removes what a failed installation leaves", async () => {
    const { inputs } = find((await run()).resources, "trinity-argo-cd");
    const { values, ...rest } = inputs;
    assert.deepEqual(rest, {
      compat: "true",
      name: "argocd",
      namespace: "argocd",
      chart: "argo-cd",
      version: "10.1.1",
      repositoryOpts: { repo: "https://argoproj.github.io/argo-helm" },
      atomic: true,
      cleanupOnFail: true,
      timeout: 600,
      maxHistory: 5,
    });
    assert.ok(values);
  });

  test("points the root Application at the repository, emptied when deleted", async () => {
    const { resources } = await run();
    const { metadata, spec } = find(resources, "trinity-application").inputs;
    assert.deepEqual(metadata, {
      name: "trinity-dev-aws-root",
      namespace: "argocd",
      labels: { cloud: "aws", env: "dev" },
      finalizers: ["resources-finalizer.argocd.argoproj.io"],
    });
    assert.deepEqual(spec, {
      project: "root",
      source: {
        repoURL: "https://github.com/example/trinity.git",
        targetRevision: "main",
        path: "gitops/root",
        kustomize: {
          patches: [
            {
              target: { kind: "Application" },
              patch: JSON.stringify([
                { op: "replace", path: "/spec/source/repoURL", value: "https://github.com/example/trinity.git" },
                { op: "replace", path: "/spec/source/targetRevision", value: "main" },
              ]),
            },
          ],
        },
      },
      destination: { server: "https://kubernetes.default.svc", namespace: "argocd" },
      syncPolicy: {
        automated: { prune: true, selfHeal: true, allowEmpty: false },
        syncOptions: ["ServerSideApply=true"],
        retry: { limit: -1, refresh: true, backoff: { duration: "10s", factor: 2, maxDuration: "3m" } },
      },
    });
  });

  test("lets the root Application declare only what Argo CD runs, only from its repository", async () => {
    const { inputs } = find((await run()).resources, "trinity-project");
    assert.deepEqual(inputs.metadata, { name: "root", namespace: "argocd", labels: { cloud: "aws", env: "dev" } });
    assert.deepEqual(inputs.spec, {
      description: "Declares what Argo CD runs, from the platform's repository",
      sourceRepos: ["https://github.com/example/trinity.git"],
      destinations: [{ server: "https://kubernetes.default.svc", namespace: "argocd" }],
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: [
        { group: "argoproj.io", kind: "Application" },
        { group: "argoproj.io", kind: "ApplicationSet" },
        { group: "argoproj.io", kind: "AppProject" },
      ],
    });
  });

  test("knows its outputs while there is no cluster yet", async () => {
    const { result } = await runWithMocks({ ...tables, preview: true }, () => new GitOps("trinity", args));
    assert.equal(await valueOf(result.namespace), "argocd");
    assert.equal(await valueOf(result.application), "trinity-dev-aws-root");
  });

  test("refuses a name that is no label value before it declares anything", async () => {
    await assert.rejects(run({ applicationName: "Trinity_Root" }), (error) => {
      assert.ok(pulumi.InputPropertyError.isInstance(error));
      assert.equal(error.propertyPath, "applicationName");
      assert.match(error.reason, /"Trinity_Root" is not 1 to 63 lower-case letters/);
      return true;
    });
  });
});
