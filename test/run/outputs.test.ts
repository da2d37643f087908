import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { stateFolder, writeJson } from "../../rehearsal/engine/state";
import { homePaths } from "../../rehearsal/paths";
import { readCloudOutputs } from "../../rehearsal/run/outputs";
import { temporaryFolder } from "../support/simulation";

test("a cloud is up when the backend says so, whoever brought it up or took it down", (context) => {
  const home = { paths: homePaths(temporaryFolder(context)), project: "", pulumi: "", environment: {} };
  const read = () => readCloudOutputs(home, "dev", "gcp");
  const leave = (latest: unknown) => {
    writeJson(path.join(stateFolder(home), "dev-gcp.json"), { version: 3, checkpoint: { latest } });
  };
  const outputs = {
    version: 1,
    cloud: "gcp",
    env: "dev",
    region: "us-central1",
    cluster: { name: "trinity-dev-gcp", endpoint: "https://198.18.0.1", kubernetesVersion: "1.35" },
    registry: { host: "us-central1-docker.pkg.dev", repositories: {} },
    gitops: { namespace: "argocd", application: "root", repository: "r", revision: "HEAD", path: "gitops/root" },
  };
  const stack = { urn: "urn", type: "pulumi:pulumi:Stack" };

  assert.equal(read(), undefined, "no such stack");
  leave({});
  assert.equal(read(), undefined, "destroyed");
  leave({ resources: [stack] });
  assert.equal(read(), undefined, "its first update failed");
  leave({ resources: [{ ...stack, outputs: { ...outputs, kubeconfig: { ciphertext: "v1:" } } }] });
  assert.deepEqual(read(), outputs, "without the secret");
});
