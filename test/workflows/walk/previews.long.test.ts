import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readWorkflow } from "../read";
import { rehearsedStage } from "./rehearsal";
import type { Trigger, WalkedJob } from "./stage";
import { walk } from "./walk";

const pullRequest = (base: string): Trigger => ({
  event: "pull_request",
  ref: "refs/pull/1/merge",
  payload: { pull_request: { number: 1, base: { sha: base }, head: { repo: { full_name: "acme/shop" } } } },
});

const nightly: Trigger = { event: "schedule", ref: "refs/heads/main", payload: {} };

function outcomes(jobs: readonly WalkedJob[]) {
  return Object.fromEntries(jobs.map(({ id, outcome }) => [id, outcome]));
}

/** What a job that should have gone well printed, for whoever reads the failure. */
function logs(jobs: readonly WalkedJob[]): string {
  return jobs
    .flatMap(({ id, steps }) => steps.map(({ what, outcome, log }) => `${id}: ${what}: ${outcome}\n${log}`))
    .join("\n");
}

test("deploy, preview and drift of a cloud, step by step, each as the identity that the clouds trust there", async (context) => {
  const { signal } = context;
  const first = await rehearsedStage(context, ["aws"]);

  await context.test("a merge deploys the stack and keeps its outputs", async () => {
    const jobs = await walk(
      readWorkflow("deploy"),
      first,
      { event: "push", ref: "refs/heads/main", payload: {} },
      signal,
    );
    assert.deepEqual(outcomes(jobs), { stacks: "success", deploy: "success" }, logs(jobs));
    const file = path.join(first.folder, "artifacts", "outputs-dev-aws", "dev-aws.json");
    const outputs = JSON.parse(fs.readFileSync(file, "utf8")) as { readonly cloud: string };
    assert.equal(outputs.cloud, "aws");
  });

  await context.test("a pull request gets one comment, by a job that is nobody to the cloud", async () => {
    const settings = fs.readFileSync(path.join(first.checkout, "stacks", "Pulumi.dev-aws.yaml"), "utf8");
    const changed = settings.replace(/^config:$/m, "config:\n  trinity:natGateways: 2");
    const second = await first.propose("gateways", { "stacks/Pulumi.dev-aws.yaml": changed });
    const jobs = await walk(readWorkflow("preview"), second, pullRequest(first.commit), signal);
    const wanted = { fork: "skipped", stacks: "success", preview: "success", comment: "success" };
    assert.deepEqual(outcomes(jobs), wanted, logs(jobs));
    assert.match(logs(jobs), /comment created/);
  });

  await context.test("the night finds no drift in what was deployed, and opens no issue", async () => {
    const jobs = await walk(readWorkflow("drift"), first.again(), nightly, signal);
    assert.deepEqual(outcomes(jobs), { stacks: "success", drift: "success", issues: "success" }, logs(jobs));
    assert.match(logs(jobs), /dev-aws: 0 resources differ/);
  });

  await context.test("jobs of other places are not let in", async () => {
    const elsewhere: readonly (readonly [string, Trigger, Partial<typeof first>])[] = [
      ["another branch", { ...nightly, ref: "refs/heads/other" }, {}],
      ["another repository", nightly, { repository: { ...first.repository, name: "fork", id: 23 } }],
    ];
    for (const [name, trigger, other] of elsewhere) {
      const workflow = readWorkflow("drift");
      const drift = workflow.jobs.drift;
      assert.ok(drift);
      // The condition keeps them out before; here the cloud is asked.
      const open = {
        ...workflow,
        jobs: { ...workflow.jobs, drift: { ...drift, if: "needs.stacks.outputs.any == 'true'" } },
      };
      const jobs = await walk(open, { ...first.again(), ...other }, trigger, signal);
      assert.equal(outcomes(jobs).drift, "failure", name);
      assert.match(logs(jobs), /AWS does not let this job be .*AccessDenied/, name);
    }
  });

  await context.test(
    "a fork's pull request gets no preview and is told so; its login, if it tried, would say why",
    async () => {
      const payload = {
        pull_request: { number: 1, base: { sha: first.commit }, head: { repo: { full_name: "eve/shop" } } },
      };
      const fork: Trigger = { event: "pull_request", ref: "refs/pull/1/merge", payload, fork: true };
      const workflow = readWorkflow("preview");
      const jobs = await walk(workflow, first.again(), fork, signal);
      const wanted = { fork: "success", stacks: "skipped", preview: "skipped", comment: "skipped" };
      assert.deepEqual(outcomes(jobs), wanted, logs(jobs));
      const { stacks, preview } = workflow.jobs;
      assert.ok(stacks && preview);
      const open = {
        ...workflow,
        jobs: { stacks: { ...stacks, if: "always()" }, preview: { ...preview, if: "always()" } },
      };
      const tried = await walk(
        open,
        first.again(),
        { ...fork, payload: { pull_request: { ...payload.pull_request, base: { sha: "" } } } },
        signal,
      );
      assert.equal(outcomes(tried).preview, "failure");
      assert.match(logs(tried), /This pull request comes from eve\/shop, a fork/);
    },
  );
});
