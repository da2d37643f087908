import assert from "node:assert/strict";
import { test } from "node:test";
import { startPlayedNode } from "../../../rehearsal/clusters";
import { deployment } from "./manifests";
import { apply, oneControlPlane, until, workbench } from "./support";

test("played nodes tell that their pods are ready, by the dozen", { timeout: 300_000 }, async () => {
  const bench = await workbench();
  const plane = await oneControlPlane(bench);
  const node = bench.keep(await startPlayedNode(plane, { ...bench.clusters, count: 2 }));
  assert.deepEqual([node.name, node.runsContainers], ["trinity-test-aws-0", false]);
  const app = deployment({ namespace: "default", name: "web", image: "example.com/web", answer: "" });
  await apply(plane.api, { ...app, spec: { ...(app.spec as object), replicas: 150 } });
  await until("150 pods are ready", async () => {
    const found = (await plane.api.get("/apis/apps/v1/namespaces/default/deployments/web")) as Deployment;
    return found.status?.readyReplicas === 150 ? true : undefined;
  });
});

interface Deployment {
  readonly status?: { readonly readyReplicas?: number };
}
