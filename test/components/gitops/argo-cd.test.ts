import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { argoCdValues } from "../../../components/gitops/argo-cd";
import { checkNames } from "../../../components/gitops/arguments";

const values = argoCdValues({
  cloud: "gcp",
  env: "dev",
  repository: "https://github.com/example/trinity.git",
  revision: "HEAD",
});

describe("values of the Argo CD chart", () => {
  test("restore the health of Applications, so that waves wait", () => {
    const health = values.configs.cm["resource.customizations.health.argoproj.io_Application"];
    assert.match(health, /status\.sync\.comparedTo/, "a verdict on an older source does not count");
    assert.match(
      health,
      /status\.reconciledAt < operation\.finishedAt/,
      "a verdict before the last sync does not count",
    );
    assert.match(health, /operation\.phase == "Running"/);
    assert.match(health, /return health\n$/);
  });

  test("call a kind that is not served yet Progressing, so that a wave waits for it instead of failing", () => {
    const key = "resource.customizations.health.apiextensions.k8s.io_CustomResourceDefinition";
    const health = values.configs.cm[key];
    assert.match(health, /^local health = \{ status = "Progressing"/);
    assert.match(health, /condition\.type == "Established" and condition\.status == "True"/);
    assert.match(health, /return health\n$/);
  });

  test("hold no password, and switch off the account that would have one", () => {
    assert.equal(values.configs.cm["admin.enabled"], false);
    assert.doesNotMatch(JSON.stringify(values), /password/i);
  });

  // Whoever previews reads Helm's record of them. What the chart makes Secrets of: its templates/argocd-configs at 10.1.1,
  // externalRedis, extraObjects, and of `configs` what stands in another key.
  test("hold nothing that the chart makes a Secret of, but the cluster's entry, which has no credential", () => {
    assert.deepEqual(Object.keys(values.configs).sort(), ["clusterCredentials", "cm", "params"]);
    assert.deepEqual(Object.keys(values).sort(), [
      "applicationSet",
      "configs",
      "controller",
      "crds",
      "dex",
      "global",
      "notifications",
      "redis",
      "redis-ha",
      "repoServer",
      "server",
    ]);
    for (const part of ["server", "repoServer"] as const) {
      assert.deepEqual(Object.keys(values[part]).sort(), ["replicas", "resources"], "no certificate with its key");
    }
    assert.deepEqual([values.dex, values.notifications], [{ enabled: false }, { enabled: false }]);
  });

  test("declare the cluster to itself with what folders in Git select by", () => {
    assert.deepEqual(values.configs.clusterCredentials, {
      "in-cluster": {
        server: "https://kubernetes.default.svc",
        labels: { cloud: "gcp", env: "dev" },
        annotations: { repository: "https://github.com/example/trinity.git", revision: "HEAD" },
        config: { tlsClientConfig: { insecure: false } },
      },
    });
  });

  test("keep the kinds on an uninstall, TLS on, networks closed, and one replica of each part", () => {
    assert.deepEqual(values.crds, { install: true, keep: true });
    assert.equal(values.configs.params["server.insecure"], false);
    assert.deepEqual(values.global.networkPolicy, { create: true, defaultDenyIngress: true });
    assert.equal(values["redis-ha"].enabled, false);
    for (const part of [values.controller, values.repoServer, values.server, values.applicationSet]) {
      assert.equal(part.replicas, 1);
      assert.ok(part.resources.requests.cpu && part.resources.requests.memory);
    }
  });
});

describe("checkNames", () => {
  const good = { applicationName: "trinity-dev-aws-root", cloud: "aws", env: "dev" };
  test("takes label values", () => {
    checkNames(good);
    checkNames({ ...good, applicationName: "a".repeat(63) });
  });
  for (const applicationName of ["", "-root", "root-", "Root", "a.b", "a".repeat(64)]) {
    test(`refuses ${JSON.stringify(applicationName)}`, () => {
      assert.throws(() => {
        checkNames({ ...good, applicationName });
      }, /RFC 1123 labels/);
    });
  }
});
