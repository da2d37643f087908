import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { type CloudName, cloudNames } from "../../../infra/clouds";
import { readWorkflow, type Step, type Workflow } from "../read";
import { expectOutcomes, logs } from "./outcomes";
import { type RehearsedStage, rehearsedStage } from "./rehearsal";
import type { Outcome, Stage, Trigger, WalkedJob } from "./stage";
import { walk } from "./walk";

const pullRequest = (base: string, from = "acme/shop", head = "0".repeat(40)): Trigger => ({
  event: "pull_request",
  ref: "refs/pull/1/merge",
  payload: { pull_request: { number: 1, base: { sha: base }, head: { sha: head, repo: { full_name: from } } } },
  fork: from !== "acme/shop",
});

const nightly: Trigger = { event: "schedule", ref: "refs/heads/main", payload: {} };

/** A job for the stack of each cloud. */
const perStack = (name: string, outcome: Outcome) =>
  Object.fromEntries(cloudNames.map((cloud) => [`${name} dev-${cloud}`, outcome]));

test("deploy, preview and drift of each cloud, step by step, as the identity that the cloud trusts there", async (context) => {
  const { signal } = context;
  const first = await rehearsedStage(context, { environments: { dev: cloudNames } });

  await context.test("a merge deploys the stacks and keeps their outputs", async () => {
    const push: Trigger = { event: "push", ref: "refs/heads/main", payload: {} };
    const jobs = await walk(readWorkflow("deploy"), first, push, signal);
    expectOutcomes(jobs, { "find the stacks": "success", ...perStack("deploy", "success") });
    for (const cloud of cloudNames) {
      const file = path.join(first.folder, "artifacts", `outputs-dev-${cloud}`, `dev-${cloud}.json`);
      assert.equal((JSON.parse(fs.readFileSync(file, "utf8")) as { readonly cloud: string }).cloud, cloud);
    }
  });

  await context.test("a pull request gets one comment, by a job that is nobody to the clouds", async () => {
    const second = await first.propose("nodes", changedNodes(first));
    const jobs = await walk(
      readWorkflow("preview"),
      second,
      pullRequest(first.commit, "acme/shop", second.commit),
      signal,
    );
    expectOutcomes(jobs, {
      "no preview for forks": "skipped",
      "find the stacks": "success",
      ...perStack("preview", "success"),
      comment: "success",
    });
    const [comment = "", ...others] = first.pulls.commentsOn(1);
    assert.deepEqual(others, []);
    assert.ok(comment.includes(`## Preview of \`${second.commit.slice(0, 12)}\``));
    for (const cloud of cloudNames) {
      assert.match(comment, new RegExp(`^\\| \`dev-${cloud}\` \\| done \\| 0 \\| 0 \\| 1 \\|`, "m"));
    }
  });

  await context.test("the night finds no drift in what was deployed, and opens no issue", async () => {
    const jobs = await walk(readWorkflow("drift"), first.again(), nightly, signal);
    expectOutcomes(jobs, { "find the stacks": "success", ...perStack("drift of", "success"), issues: "success" });
    for (const cloud of cloudNames) assert.match(logs(jobs), new RegExp(`dev-${cloud}: 0 resources differ`));
    assert.deepEqual(first.pulls.issues, []);
  });

  await context.test(
    "jobs of other places are let in by no cloud, and no job with a token that has run out",
    async () => {
      const elsewhere: readonly (readonly [Trigger, Partial<Stage>, Readonly<Record<CloudName, RegExp>>])[] = [
        [{ ...nightly, ref: "refs/heads/other" }, {}, refusals("repo:acme/shop:ref:refs/heads/other")],
        [
          nightly,
          { repository: { ...first.repository, name: "fork", id: 23 } },
          refusals("repo:acme/fork:ref:refs/heads/main"),
        ],
        [nightly, { jobTokens: { secondsAgo: 400 } }, expired],
      ];
      for (const [trigger, other, words] of elsewhere) {
        const jobs = await walk(loginsOf("drift"), { ...first.again(), ...other }, trigger, signal);
        for (const cloud of cloudNames) assert.match(refusalOf(jobs, cloud), words[cloud]);
      }
    },
  );

  await context.test("a fork's pull request gets no preview and is told so; its logins would say why", async () => {
    const trigger = pullRequest(first.commit, "eve/shop");
    const jobs = await walk(readWorkflow("preview"), first.again(), trigger, signal);
    expectOutcomes(jobs, {
      "no preview for forks": "success",
      "find the stacks": "skipped",
      "preview ${{ matrix.stack }}": "skipped",
      comment: "skipped",
    });
    const tried = await walk(loginsOf("preview"), first.again(), trigger, signal);
    for (const cloud of cloudNames) assert.match(refusalOf(tried, cloud), /comes from eve\/shop, a fork/);
  });
});

/** A change that touches the stack of each cloud. */
function changedNodes({ checkout }: RehearsedStage): Record<string, string> {
  const files = cloudNames.map((cloud) => `stacks/Pulumi.dev-${cloud}.yaml`);
  return Object.fromEntries(
    files.map((file) => {
      const settings = fs.readFileSync(path.join(checkout.folder, file), "utf8");
      return [file, settings.replace(/^config:$/m, "config:\n  trinity:nodes: { minimum: 2, maximum: 9 }")];
    }),
  );
}

/**
 * What only logs in. AWS is asked by the login itself; Google and Azure by whatever first needs something, which here is a
 * command of theirs, and not a minute of an engine.
 */
const askedBy: Readonly<Record<CloudName, string | undefined>> = {
  aws: undefined,
  gcp: "gcloud auth print-access-token --quiet",
  azure: "kubelogin get-token",
};

/**
 * The logins of a workflow's job, to each cloud, without the condition that keeps the job from being run in the wrong place.
 */
function loginsOf(name: "drift" | "preview"): Workflow {
  const workflow = readWorkflow(name);
  const job = workflow.jobs[name];
  const at = job?.steps.findIndex(({ run }) => run?.startsWith("npm run ci -- login")) ?? -1;
  const login = job?.steps[at];
  assert.ok(job !== undefined && login !== undefined);
  const logins = cloudNames.flatMap((cloud): readonly Step[] => {
    const run = login.run?.replace('"$CLOUD"', cloud).replace('"$ENVIRONMENT"', "dev");
    return [run, askedBy[cloud]]
      .filter((command) => command !== undefined)
      .map((command) => ({ ...login, if: "always()", run: command }));
  });
  const steps = [...job.steps.slice(0, at), ...logins];
  const alone = { ...job, needs: [], if: undefined, strategy: undefined, env: {}, steps };
  return { ...workflow, jobs: { [name]: alone } };
}

/** What a cloud's login, or what asked the cloud after it, ended with. */
function refusalOf([job]: readonly WalkedJob[], cloud: CloudName): string {
  const own = job?.steps.filter(({ what }) => what.endsWith(`--cloud ${cloud}`) || what === askedBy[cloud]) ?? [];
  assert.ok(
    own.some(({ outcome }) => outcome === "failure"),
    `${cloud} lets this job in:\n${logs(job ? [job] : [])}`,
  );
  return own.map(({ log }) => log).join("\n");
}

/** The clouds' words for a subject that they do not trust; Google's and Azure's when the engine first asks for something. */
function refusals(subject: string): Readonly<Record<CloudName, RegExp>> {
  return {
    aws: new RegExp(`AWS does not let this job be .*AccessDenied.*${subject}`),
    gcp: new RegExp(`(attribute condition|getAccessToken' denied).*${subject}`),
    azure: new RegExp(`AADSTS700213.*${subject}`),
  };
}

const expired: Readonly<Record<CloudName, RegExp>> = {
  aws: /AWS does not let this job be .*ExpiredTokenException/,
  gcp: /is stale to sign-in/,
  azure: /AADSTS700024/,
};
