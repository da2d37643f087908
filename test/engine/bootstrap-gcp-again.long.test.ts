import assert from "node:assert/strict";
import { test } from "node:test";
import { runPulumi } from "../../rehearsal/engine/pulumi";
import { temporaryEngine } from "../support/engine";

/** Simulated seconds per real second: 30 days, for which the pool's id is taken, are 43 minutes. */
const scale = 1000;

/** What docs/first-run.md says of a pool that a destroy left to Google. */
test("gcp: after a destroy, an administrator brings the pool back and hands it to the stack", async (context) => {
  const engine = await temporaryEngine(context, scale);
  const stack = "dev-bootstrap-gcp";
  await engine.run("up", stack);
  await engine.run("destroy", stack);
  await assert.rejects(engine.run("up", stack), /Error 409: Requested entity already exists/);

  const pool = "projects/trinity-k8s/locations/global/workloadIdentityPools/trinity-dev-github";
  const undeleted = [
    ["WorkloadIdentityPool", "trinity-dev-gcp-ci-pool", pool],
    ["WorkloadIdentityPoolProvider", "trinity-dev-gcp-ci-provider", `${pool}/providers/github`],
  ] as const;
  for (const [kind, name, id] of undeleted) {
    const type = `gcp:iam/${kind.replace("W", "w")}:${kind}`;
    engine.world("gcp").undelete(type, id);
    const parent = `ci=urn:pulumi:${stack}::trinity::trinity:gcp:Identities::trinity-dev-gcp-ci`;
    const options = ["--protect=false", "--generate-code=false", "--yes", "--skip-preview", "--parent", parent];
    await runPulumi(engine.home, ["import", "--stack", stack, ...options, type, name, id]);
  }
  await engine.run("up", stack);
  assert.deepEqual(Object.keys(await engine.run("preview", stack)), ["same"]);
});
