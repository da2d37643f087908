import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { startTokenIssuer } from "../../../rehearsal/github/oidc";
import { repositoryRoot } from "../../../rehearsal/paths";
import { temporaryFolder } from "../../support/simulation";
import { parseWorkflow } from "../read";
import { fill, holds, valueOf } from "./expressions";
import type { Stage, Trigger } from "./stage";
import { walk } from "./walk";

const push: Trigger = { event: "push", ref: "refs/heads/main", payload: { before: "abc" } };

async function stageOf(context: TestContext): Promise<Stage> {
  const folder = temporaryFolder(context);
  const origin = path.join(folder, "origin");
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: origin, encoding: "utf8" }).trim();
  fs.mkdirSync(origin);
  git("init", "--quiet", "--initial-branch=main");
  fs.writeFileSync(path.join(origin, "file"), "text");
  git("add", "file");
  git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "--message", "Begin");
  const issuer = await startTokenIssuer();
  context.after(() => issuer.stop());
  return {
    folder,
    origin,
    commit: git("rev-parse", "HEAD"),
    repository: { owner: "acme", ownerId: 11, name: "shop", id: 22 },
    machine: { PATH: process.env.PATH ?? "" },
    packages: path.join(repositoryRoot, "node_modules"),
    issuer,
    github: { server: "http://127.0.0.1:1", api: "http://127.0.0.1:1/api" },
    tokens: { job: "job-token", app: "app-token" },
    variables: { PLACE: "here" },
    secrets: { dev: { KEY: "the-key" } },
  };
}

/** A workflow around jobs, and the head that each job has. */
function workflowOf(jobs: string) {
  const head =
    "name: x\non: { push: { branches: [main] } }\npermissions: {}\nconcurrency: { group: x, cancel-in-progress: false }";
  return parseWorkflow(`${head}\njobs:\n${jobs.replaceAll("HEAD", "runs-on: ubuntu-24.04, timeout-minutes: 5")}`);
}

const run = async (context: TestContext, jobs: string, trigger: Trigger = push) =>
  walk(workflowOf(jobs), await stageOf(context), trigger, context.signal);

test("expressions are GitHub's: contexts, operators, functions, texts around them", async () => {
  const contexts = { github: { event: { label: { name: "x" } } }, vars: { A: "1" } };
  assert.equal(await fill("a-${{ vars.A }}-${{ github.event.label.name || 'none' }}", contexts), "a-1-x");
  assert.equal(await fill("${{ github.event.none.deeper }}", contexts), "");
  assert.equal(await fill("${{ toJSON(vars) }}", contexts), '{\n  "A": "1"\n}');
  assert.deepEqual(await valueOf('${{ fromJSON(\'{"include":[{"a":1}]}\') }}', {}), { include: [{ a: 1 }] });
  await assert.rejects(fill("${{ nothing.a }}", contexts), /nothing/);
});

test("without a function that asks how it went, a condition is about success", async () => {
  assert.equal(await holds(undefined, {}, "failure"), false);
  assert.equal(await holds("vars.A == '1'", { vars: { A: "1" } }, "success"), true);
  assert.equal(await holds("vars.A == '1'", { vars: { A: "1" } }, "failure"), false);
  assert.equal(await holds("${{ !cancelled() && vars.A == '1' }}", { vars: { A: "1" } }, "failure"), true);
});

test("outputs reach the jobs that need them, a matrix makes one job each, files reach later steps", async (context) => {
  const jobs = await run(
    context,
    `  a: { name: a, HEAD, permissions: {}, outputs: { matrix: "\${{ steps.s.outputs.m }}" }, steps: [
         { id: s, run: 'echo "m={\\"include\\":[{\\"n\\":1},{\\"n\\":2}]}" >> $GITHUB_OUTPUT' } ] }
  b: { name: "b \${{ matrix.n }}", needs: a, HEAD, permissions: {}, env: { N: "\${{ matrix.n }}" },
       strategy: { fail-fast: false, matrix: "\${{ fromJSON(needs.a.outputs.matrix) }}" }, steps: [
         { run: 'echo "X=$N-$PLACE" >> $GITHUB_ENV', env: { PLACE: "\${{ vars.PLACE }}" } }, { run: 'echo "<$X>"' } ] }`,
  );
  assert.deepEqual(
    jobs.map(({ name, outcome, steps }) => [name, outcome, steps.at(-1)?.log]),
    [
      ["a", "success", ""],
      ["b 1", "success", "<1-here>\n"],
      ["b 2", "success", "<2-here>\n"],
    ],
  );
});

test("after a step that fails only those run that ask for it, and jobs that need it are skipped", async (context) => {
  const jobs = await run(
    context,
    `  a: { name: a, HEAD, permissions: {}, steps: [
         { run: exit 3 }, { run: echo no }, { if: always(), run: echo yes } ] }
  b: { name: b, needs: a, HEAD, permissions: {}, steps: [{ run: echo no }] }
  c: { name: c, needs: a, if: "\${{ !cancelled() && needs.a.result == 'failure' }}", HEAD, permissions: {}, steps: [{ run: echo yes }] }`,
  );
  assert.deepEqual(
    jobs.map(({ outcome, steps }) => [outcome, ...steps.map((step) => step.outcome)]),
    [["failure", "failure", "skipped", "success"], ["skipped"], ["success", "success"]],
  );
});

test("secrets are there in their environment alone, and logs mask them", async (context) => {
  const step = '{ run: \'echo "<$KEY>"\', env: { KEY: "${{ secrets.KEY }}" } }';
  const jobs = await run(
    context,
    `  a: { name: a, HEAD, permissions: {}, environment: dev, steps: [${step}] }
  b: { name: b, HEAD, permissions: {}, steps: [${step}] }
  c: { name: c, HEAD, permissions: {}, steps: [{ run: 'echo ::add-mask::hidden' }, { run: echo hidden } ] }`,
  );
  assert.deepEqual(
    jobs.map(({ steps }) => steps.map(({ log }) => log).join("")),
    ["<***>\n", "<>\n", "***\n"],
  );
});

test("a masked value in an output or an artifact ends the walk", async (context) => {
  const mask = "echo ::add-mask::hidden";
  for (const leak of ["echo a=hidden >> $GITHUB_OUTPUT", "echo hidden >> $GITHUB_STEP_SUMMARY"]) {
    const jobs = `  a: { name: a, HEAD, permissions: {}, steps: [{ run: '${mask}' }, { run: '${leak}' }] }`;
    await assert.rejects(run(context, jobs), /a masked value is in an output/);
  }
  const upload = "{ uses: actions/upload-artifact@x, with: { name: a, path: out } }";
  const files = "mkdir out && echo hidden > out/file";
  const jobs = `  a: { name: a, HEAD, permissions: {}, steps: [{ run: '${mask}' }, { run: '${files}' }, ${upload}] }`;
  await assert.rejects(run(context, jobs), /a masked value is in an output/);
});

test("only a job with the permission may ask for a token, and no fork's", async (context) => {
  const jobs = `  a: { name: a, HEAD, permissions: { id-token: write }, steps: [{ run: 'echo "<\${ACTIONS_ID_TOKEN_REQUEST_URL:+yes}>"' }] }
  b: { name: b, HEAD, permissions: {}, steps: [{ run: 'echo "<\${ACTIONS_ID_TOKEN_REQUEST_URL:+yes}>"' }] }`;
  const logs = async (trigger: Trigger) => (await run(context, jobs, trigger)).map(({ steps }) => steps[0]?.log);
  assert.deepEqual(await logs(push), ["<yes>\n", "<>\n"]);
  assert.deepEqual(await logs({ ...push, event: "pull_request", fork: true }), ["<>\n", "<>\n"]);
});

test("a checkout of a branch is of what it is at by then", async (context) => {
  const stage = await stageOf(context);
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: stage.origin });
  git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--allow-empty", "--quiet", "-m", "Go on");
  const steps = (given: string) => `[{ uses: actions/checkout@x${given} }, { run: git log --format=%s }]`;
  const workflow = workflowOf(
    `  a: { name: a, HEAD, permissions: {}, steps: ${steps("")} }
  b: { name: b, HEAD, permissions: {}, steps: ${steps(", with: { ref: main }")} }`,
  );
  const jobs = await walk(workflow, stage, push, context.signal);
  assert.deepEqual(
    jobs.map(({ steps }) => steps.at(-1)?.log),
    ["Begin\n", "Go on\n"],
  );
});

test("a checkout is of the run's commit; an action that nobody plays fails, and so does an input that it does not know", async (context) => {
  const jobs = await run(
    context,
    `  a: { name: a, HEAD, permissions: {}, steps: [{ uses: actions/checkout@x }, { run: cat file && git log --format=%s }] }
  b: { name: b, HEAD, permissions: {}, steps: [{ uses: some/thing@x }] }
  c: { name: c, HEAD, permissions: {}, steps: [{ uses: actions/checkout@x, with: { lfs: true } }] }`,
  );
  assert.deepEqual(
    jobs.map(({ outcome, steps }) => [outcome, steps.at(-1)?.log]),
    [
      ["success", "textBegin\n"],
      ["failure", "Error: some/thing@x is not played here: give it a stand-in."],
      ["failure", "Error: actions/checkout@x: the stand-in does not know lfs."],
    ],
  );
});

test("GITHUB_ENV sets nothing that GitHub does not let it set", async (context) => {
  const jobs = "  a: { name: a, HEAD, permissions: {}, steps: [{ run: 'echo NODE_OPTIONS=--x >> $GITHUB_ENV' }] }";
  await assert.rejects(run(context, jobs), /does not let GITHUB_ENV set NODE_OPTIONS/);
});
