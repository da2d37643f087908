import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findApps } from "../../infra/apps";
import { cloudNames } from "../../infra/clouds";
import { cloudOutputs } from "../../infra/contract";
import { stackOutputs } from "../../rehearsal/engine/state";
import { temporaryEngine } from "../support/engine";

/** Changes of a running cluster, or of who administers it. */
const changedSettings = {
  aws: {
    "trinity:kubernetesVersion": "1.36",
    "trinity:clusterAdmins": ["arn:aws:iam::123456789012:role/Another"],
  },
  gcp: { "trinity:kubernetesVersion": "1.36" },
  azure: { "trinity:kubernetesVersion": "1.36", "trinity:clusterTier": "Standard" },
};

/** Who previews and who looks after rollouts, as each cloud's stack takes them. */
const principals = {
  aws: {
    "trinity:previewPrincipal": "arn:aws:iam::123456789012:role/trinity-dev-ci-preview",
    "trinity:rolloutPrincipal": "arn:aws:iam::123456789012:role/trinity-dev-ci-rollout",
  },
  gcp: {
    "trinity:previewPrincipal": "trinity-dev-ci-preview@trinity-k8s.iam.gserviceaccount.com",
    "trinity:rolloutPrincipal": "trinity-dev-ci-rollout@trinity-k8s.iam.gserviceaccount.com",
  },
  azure: {
    "trinity:previewPrincipal": "0d0cb5a2-7a55-4a55-9d33-3e3f0f1f6b11",
    "trinity:rolloutPrincipal": "5b1f0a6f-2d11-4a0e-9c3e-3d5b1e0c7a52",
  },
};

describe("a cloud's stack on the real engine", () => {
  for (const cloud of cloudNames) {
    test(`${cloud}: up, refresh and up without a change, destroy`, async (context) => {
      const engine = await temporaryEngine(context);
      const stack = `dev-${cloud}`;
      const settings = principals[cloud];
      const created = await engine.run("up", stack, { settings });
      assert.deepEqual(Object.keys(created), ["create"]);

      const outputs = cloudOutputs.parse(await stackOutputs(engine.home, stack));
      assert.equal(outputs.cloud, cloud);
      assert.equal(outputs.kubeconfig, "[secret]", "the kubeconfig is a secret");
      const apps = findApps().filter(({ clouds }) => clouds.includes(cloud));
      assert.deepEqual(
        Object.keys(outputs.registry.repositories),
        apps.map(({ name }) => name),
      );

      // What the component of the package eks keeps in plain text names a command, and holds no login.
      const { resources = [] } = (await engine.state(stack)).deployment;
      const own = resources.filter(({ urn }) => !urn.includes("eks:index:Cluster"));
      const plain = own.filter((resource) => /"kubeconfig":\s*"(?!\[secret\])/.test(JSON.stringify(resource)));
      const named = plain.map(({ urn }) => urn);
      assert.deepEqual(named, [], "no kubeconfig in plain text");

      assert.deepEqual(Object.keys(await engine.run("up", stack, { settings, args: ["--refresh"] })), ["same"]);

      const changed = { settings: { ...settings, ...changedSettings[cloud] } };
      const { create, update, same, ...others } = await engine.run("preview", stack, changed);
      assert.ok((update ?? 0) > 0 && (same ?? 0) > 0);
      assert.deepEqual(others, {}, "a change of the cluster neither replaces nor deletes what depends on it");
      assert.equal(create, cloud === "aws" ? 2 : undefined, "an entry for the administrator and its policy");

      await engine.run("destroy", stack, { settings });
      const left = engine.world(cloud).list();
      assert.deepEqual(
        left.map((record) => `${record.type} ${record.id}`),
        [],
        "nothing is left in the cloud",
      );
    });
  }
});
