import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { identities, type IdentityName, mainBranch, type Place } from "../../infra/access/identities";
import { repositoryRoot } from "../../rehearsal/paths";
import { tools } from "../../rehearsal/tools/tools";
import { actionNames, type EventName, type Job, readAction, readText, readWorkflow, workflowNames } from "./read";
import { holds, type Status } from "./walk/expressions";

/**
 * What each job may do with GitHub's token. `id-token: write` lets a job log in to clouds, so no job that writes to GitHub
 * has it: the releases' write with an app's token.
 */
const permissions: Readonly<Record<string, Job["permissions"]>> = {
  "check code": { contents: "read" },
  "check scan": { contents: "read" },
  "check test": { contents: "read" },
  "check rehearsal": { contents: "read" },
  "preview fork": {},
  "preview stacks": { contents: "read" },
  "preview preview": { contents: "read", "id-token": "write" },
  "preview comment": { contents: "read", "pull-requests": "write" },
  "deploy stacks": { contents: "read" },
  "deploy deploy": { contents: "read", "id-token": "write" },
  "destroy destroy": { contents: "read", "id-token": "write" },
  "release apps": { contents: "read" },
  "release release": { contents: "read", "id-token": "write" },
  "promote promote": { contents: "read", "id-token": "write" },
  "rollout rollout": { contents: "read", "id-token": "write" },
  "drift stacks": { contents: "read" },
  "drift drift": { contents: "read", "id-token": "write" },
  "drift issues": { contents: "read", issues: "write" },
};

const workflows = workflowNames.map((name) => ({
  name,
  workflow: readWorkflow(name),
  text: readText("workflows", `${name}.yml`),
}));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ id: `${name} ${id}`, job, workflow })),
);
const actions = actionNames.map((name) => ({
  name,
  action: readAction(name),
  text: readText("actions", name, "action.yml"),
}));
const steps = [
  ...jobs.flatMap(({ id, job }) => job.steps.map((step) => ({ id, step }))),
  ...actions.flatMap(({ name, action }) => action.runs.steps.map((step) => ({ id: name, step }))),
];

test("every job has the permissions of the table, and no others", () => {
  assert.deepEqual(Object.fromEntries(jobs.map(({ id, job }) => [id, job.permissions])), permissions);
});

test("every action of others is named by a commit, with its version beside it", () => {
  for (const { name, text } of [...workflows, ...actions]) {
    for (const [line, used] of text.matchAll(/^.*\buses: *(\S+).*$/gm)) {
      assert.match(line, /uses: (\.\/\.github\/actions\/[a-z]+|[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+(\.\d+)*)$/, name);
      if (used?.startsWith("./")) assert.ok(actionNames.includes(path.basename(used)), used);
    }
  }
});

test("one action is used in one version", () => {
  const used = new Set(steps.flatMap(({ step }) => (step.uses?.includes("@") ? [step.uses] : [])));
  const names = [...used].map((uses) => uses.split("@")[0]);
  assert.deepEqual([...new Set(names)], names);
});

test("no checkout leaves its token behind", () => {
  for (const { id, step } of steps.filter(({ step: { uses } }) => uses?.startsWith("actions/checkout@"))) {
    assert.equal(step.with["persist-credentials"], false, id);
  }
});

test("every job ends in time, and no login outlives its session", () => {
  for (const { id, job } of jobs) assert.ok(job["timeout-minutes"] <= (logsIn(job) ? 55 : 60), id);
});

test("what is under way in a cloud or a cluster is never cancelled by a newer run", () => {
  for (const { id, job, workflow } of jobs.filter(({ job }) => job.environment !== undefined)) {
    for (const { group, "cancel-in-progress": cancel } of [
      workflow.concurrency,
      job.concurrency ?? workflow.concurrency,
    ]) {
      assert.equal(cancel, false, `${id}: ${group}`);
    }
  }
  assert.equal(readWorkflow("preview").concurrency["cancel-in-progress"], true);
});

test("one deploy, release or destroy at a time for each stack", () => {
  const groups = ["deploy deploy", "release release", "destroy destroy"].map((wanted) => {
    const { job, workflow } = find(wanted);
    return [job.env.STACK, (job.concurrency ?? workflow.concurrency).group];
  });
  const matrix = ["${{ matrix.stack }}", "stack-${{ matrix.stack }}"];
  const inputs = "${{ inputs.environment }}-${{ inputs.cloud }}";
  assert.deepEqual(groups, [matrix, matrix, [inputs, `stack-${inputs}`]]);
});

test("what waited for another deploy or release of its stack takes the main branch as it is by then", () => {
  for (const id of ["deploy deploy", "release release"]) {
    const checkout = find(id).job.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    assert.equal(checkout?.with.ref, mainBranch, id);
  }
});

test("steps are scripts of package.json, without a value in them that somebody else chose", () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(repositoryRoot, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const { id, step } of steps) {
    if (step.run === undefined || id === "preview fork") continue;
    assert.doesNotMatch(step.run, /\$\{\{|[\n;|&<>`]|\$\(/, id);
    const script = /^(?:exec |sudo --preserve-env env "PATH=\$PATH" )?npm (?:(ci|test|start)|run (\S+))(?: |$)/.exec(
      step.run,
    );
    assert.ok(script, `${id}: ${step.run}`);
    const name = script[1] ?? script[2] ?? "";
    assert.ok(name === "ci" || name in scripts, `${id}: there is no script ${name}`);
  }
});

test("what changes something hears that its job is cancelled", () => {
  // A runner's signals reach the shell of a step alone, and neither that one nor npm's passes them on (cancel.test.ts).
  const changes = /\b(?:ci\b.* -- (?:deploy|destroy)|trinity\b.* -- (?:release|promote|rollout))\b/;
  const changing = steps.filter(({ step: { run = "" } }) => changes.test(run));
  assert.equal(changing.length, 6);
  for (const { id, step } of changing) assert.match(step.run ?? "", /^exec npm run \w+ --script-shell=bash -- /, id);
});

test("the only step that is no script tells forks what is not done for them", () => {
  assert.deepEqual(
    find("preview fork").job.steps.map(({ run }) => run?.slice(0, 29)),
    ['echo "::notice title=No previ'],
  );
});

test("every variable that a step reads is one that it is given", () => {
  for (const { id, job } of jobs) {
    for (const { run = "", env } of job.steps) {
      for (const [, name = ""] of run.matchAll(/\$\{?(\w+)/g)) {
        assert.ok(name === "PATH" || name in env || name in job.env, `${id}: ${name}`);
      }
    }
  }
});

test("lists are the only values that a shell may take apart, and they are chosen from a list", () => {
  for (const { id, step } of steps) {
    for (const [, quote, name] of (step.run ?? "").matchAll(/(.)\$(\w+)/g)) {
      if (name !== "CLOUDS") assert.match(quote ?? "", /["/=]/, `${id}: ${step.run ?? ""}`);
    }
  }
  for (const { id, job, workflow } of jobs.filter(({ job }) => job.env.CLOUDS === "${{ inputs.clouds }}")) {
    assert.equal(workflow.on.workflow_dispatch?.inputs.clouds?.type, "choice", id);
    assert.ok(job.env.CLOUDS);
  }
});

test("a job logs in as an identity only where the clouds let it be that one", () => {
  const found: string[] = [];
  for (const { id, job, workflow } of jobs) {
    for (const { identity, env } of logins(job)) {
      found.push(`${id}: ${identity}`);
      const allowed = identities[identity].places(env);
      for (const place of placesOf(job, Object.keys(workflow.on) as EventName[])) {
        assert.ok(
          allowed.some((one) => JSON.stringify(one) === JSON.stringify(place)),
          `${id} logs in as ${identity} of ${env} in ${JSON.stringify(place)}`,
        );
      }
    }
  }
  assert.deepEqual(found, [
    "deploy deploy: deploy",
    "destroy destroy: deploy",
    "drift drift: preview",
    "preview preview: preview",
    "promote promote: push",
    "release release: push",
    "rollout rollout: rollout",
  ]);
});

test("a job is told by its login where the state is, and asks for that of its own environment only", () => {
  const stateless = /-- (?:login|stacks|apps|comment|drift-issues) /;
  for (const { text } of workflows) assert.doesNotMatch(text, /PULUMI_BACKEND_URL/);
  for (const { id, job } of jobs) {
    const scripts = job.steps.flatMap(({ run }) => (run?.match(/\b(?:ci|trinity)\b.* -- /) ? [run] : []));
    const asking = scripts.filter((run) => !stateless.test(run) && !run.includes("--released"));
    const [login] = scripts;
    for (const run of asking) {
      assert.match(login ?? "", /ci -- login /, id);
      const [, env] = /--env (\S+)/.exec(login ?? "") ?? [];
      // Other commands name the stack, which is the environment's.
      for (const [, asked] of run.matchAll(/--(?:env|to) (\S+)/g)) assert.equal(asked, env, `${id}: ${run}`);
    }
  }
});

test("a job may ask for tokens if it logs in, and only then", () => {
  for (const { id, job } of jobs) assert.equal(job.permissions["id-token"] === "write", logsIn(job), id);
});

test("no job of a pull request has a secret, and no other one has one outside an environment", () => {
  for (const { name, workflow, text } of workflows) {
    if ("pull_request" in workflow.on) assert.doesNotMatch(text, /\bsecrets\b/, name);
    for (const [id, job] of Object.entries(workflow.jobs)) {
      if (JSON.stringify(job).includes("secrets.")) assert.ok(job.environment, `${name} ${id}`);
    }
  }
});

test("jobs that hold secrets or change something run for the main branch only", () => {
  for (const { id, job } of jobs.filter(({ job }) => job.environment !== undefined)) {
    assert.ok(job.if?.startsWith(`github.ref == 'refs/heads/${mainBranch}'`), id);
  }
});

test("jobs of a pull request that need a token do not begin for forks", () => {
  const same = "github.event.pull_request.head.repo.full_name == github.repository";
  assert.equal(find("preview stacks").job.if, same);
  assert.equal(find("preview fork").job.if, same.replace("==", "!="));
  for (const id of ["preview preview", "preview comment"]) assert.ok(find(id).job.needs.includes("stacks"), id);
});

test("the comment, which has to pass before a merge, is skipped for forks only: a skipped check counts as passed", async () => {
  const runs = (from: string, status: Status) => {
    const event = { pull_request: { head: { repo: { full_name: from } } } };
    return holds(find("preview comment").job.if, { github: { event, repository: "acme/shop" } }, status);
  };
  for (const status of ["success", "failure", "cancelled"] as const) {
    assert.equal(await runs("acme/shop", status), true, status);
    assert.equal(await runs("somebody/shop", status), false, status);
  }
});

test("issues are written unless no stack was to be looked at: a run of another branch has no drifts", async () => {
  const runs = (drift: string) =>
    holds(
      find("drift issues").job.if,
      { needs: { stacks: { result: "success" }, drift: { result: drift } } },
      "failure",
    );
  assert.deepEqual([await runs("success"), await runs("failure"), await runs("skipped")], [true, true, false]);
});

test("the commands' versions are those that the packages and the tools have", () => {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(repositoryRoot, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const given = (action: string) => steps.find(({ step }) => step.uses?.startsWith(`${action}@`))?.step.with ?? {};
  assert.equal(given("pulumi/actions")["pulumi-version"], dependencies["@pulumi/pulumi"]);
  assert.equal(given("docker/setup-buildx-action")["driver-opts"], `image=moby/buildkit:v${tools.buildkitd.version}`);
});

function find(wanted: string) {
  const found = jobs.find(({ id }) => id === wanted);
  assert.ok(found, wanted);
  return found;
}

/** Logins of a job: the environment as the expression that the job's variable is. */
function logins(job: Job): { readonly identity: IdentityName; readonly env: string }[] {
  return job.steps.flatMap(({ run = "" }) => {
    if (!run.includes("ci -- login")) return [];
    const match = /--env "\$(\w+)" --identity (\w+)/.exec(run);
    assert.ok(match, run);
    return [{ identity: match[2] as IdentityName, env: String(job.env[match[1] ?? ""]) }];
  });
}

function logsIn(job: Job): boolean {
  return logins(job).length > 0;
}

/** Where a job may run, as its token would say. */
function placesOf(job: Job, events: readonly EventName[]): Place[] {
  if (job.environment !== undefined) return [{ kind: "environment", name: job.environment }];
  return events.map((event): Place => {
    if (event === "pull_request") return { kind: "pull-request" };
    assert.match(job.if ?? "", new RegExp(`^github\\.ref == 'refs/heads/${mainBranch}' && `));
    return { kind: "branch", name: mainBranch };
  });
}
