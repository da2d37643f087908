import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test, type TestContext } from "node:test";
import { writeDriftIssue } from "../../ci/drift/issues";
import type { DriftResult } from "../../ci/drift/drift";
import { writeComment } from "../../ci/github/comment";
import { readMark, withMark } from "../../ci/github/mark";
import { openJobRepository } from "../../ci/github/repository";
import type { Step } from "../../ci/engine/steps";
import { longestBody } from "../../ci/preview/comment";
import {
  type Fault,
  rateLimit,
  type RunningGitHub,
  secondaryRateLimit,
  type SimulatedRepository,
  startGitHub,
} from "../../rehearsal/github";
import { openPullRequest } from "../support/pull-request";
import { temporaryFolder } from "../support/simulation";

/** Comments and issues on the simulated GitHub, with GitHub's own faults. */

const variables = ["GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_API_URL", "GH_TOKEN", "GITHUB_TOKEN"] as const;
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
let gitHub: RunningGitHub;
let repository: SimulatedRepository;
let said: string[];
let context: { folders: TestContext };

async function start(test: TestContext, login?: string): Promise<void> {
  context = { folders: test };
  gitHub = await startGitHub({ folder: temporaryFolder(context.folders), token: "the-token", login });
  repository = await gitHub.repository("example", "trinity");
  repository.pulls.push(openPullRequest());
  process.env.GITHUB_REPOSITORY = "example/trinity";
  process.env.GITHUB_SERVER_URL = gitHub.server;
  process.env.GITHUB_API_URL = gitHub.api;
  process.env.GH_TOKEN = "the-token";
  said = [];
}

const open = () => openJobRepository("write pull requests", new AbortController().signal, (line) => said.push(line));
const write = async (text: string, run = 1, create = true) =>
  writeComment(await open(), 1, { of: "preview", run }, text, create);
const own = () => repository.commentsOn(1).filter((body) => readMark(body)?.of === "preview");

beforeEach(async (test) => {
  await start(test as TestContext);
});
afterEach(async () => {
  await gitHub.stop();
  for (const name of variables) {
    const value = before[name];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

describe("the comment of a pull request", () => {
  test("is made once and then changed", async () => {
    assert.equal(await write("one"), "created");
    assert.equal(await write("one"), "unchanged");
    assert.equal(await write("two"), "updated");
    assert.deepEqual(own(), [withMark({ of: "preview", run: 1 }, "two")]);
  });

  test("is found behind more than a hundred others, and none of a person is taken for it", async () => {
    for (let index = 0; index < 130; index++) repository.addComment(1, "ada", `I say ${index}`);
    repository.addComment(1, "ada", withMark({ of: "preview", run: 1 }, "forged"));
    repository.addComment(1, "github-actions[bot]", "quoted: <!-- trinity:preview run:1 -->");
    await write("one");
    await write("two");
    assert.deepEqual(own(), ["<!-- trinity:preview run:1 -->\nforged", "<!-- trinity:preview run:1 -->\ntwo"]);
    assert.equal(repository.commentsOn(1).length, 133);
  });

  test("is a user's own with a token of a user", async (test) => {
    await gitHub.stop();
    await start(test, "ada");
    repository.addComment(1, "eve", withMark({ of: "preview", run: 1 }, "forged"));
    await write("one");
    assert.equal(await write("two"), "updated");
    assert.deepEqual(own(), ["<!-- trinity:preview run:1 -->\nforged", "<!-- trinity:preview run:1 -->\ntwo"]);
  });

  test("is made anew when somebody deletes it between", async () => {
    await write("one");
    gitHub.fail({ request: /^PATCH .*comments/, effect: { kind: "status", status: 404, message: "Not Found" } });
    repository.comments.length = 0;
    repository.addComment(1, "github-actions[bot]", withMark({ of: "preview", run: 1 }, "zero"));
    assert.equal(await write("two"), "updated");
    assert.deepEqual(own(), [withMark({ of: "preview", run: 1 }, "two")]);
  });

  test("of two runs at once is one", async () => {
    await Promise.all([write("one", 1), write("two", 2), write("three", 3)]);
    assert.equal(own().length, 1);
  });

  test("of a later run stays, and its own is not made where there is nothing to tell", async () => {
    assert.equal(await write("none", 1, false), "none");
    await write("later", 9);
    assert.equal(await write("earlier", 8), "newer");
    assert.deepEqual(own(), [withMark({ of: "preview", run: 9 }, "later")]);
  });

  test("that is too long is refused, so that this is seen here and not there", async () => {
    await assert.rejects(write("x".repeat(longestBody)), /maximum is 65536 characters/);
  });

  const faults: readonly (readonly [string, Fault["effect"], RegExp?])[] = [
    ["the primary rate limit", rateLimit(1), /rate limit is reached: waiting/],
    ["the secondary rate limit", secondaryRateLimit(1), /rate limit is reached: waiting 1 seconds/],
    ["a server that is down for a moment", { kind: "status", status: 502, message: "Bad gateway" }],
    ["a connection that ends before", { kind: "drop", when: "before" }],
    ["a connection that ends when the comment is made", { kind: "drop", when: "after" }],
  ];
  for (const [what, effect, words] of faults) {
    test(`${what}: one comment all the same`, async () => {
      gitHub.fail({ request: /^POST .*comments/, effect });
      await write("one");
      assert.equal(own().length, 1);
      if (words !== undefined) assert.match(said.join("\n"), words);
    });
  }

  test("a rate limit that is far away is not waited for", async () => {
    gitHub.fail({ request: /^POST .*comments/, effect: rateLimit(3000), times: 9 });
    await assert.rejects(write("one"), /did not comment on #1 of example\/trinity \(403\): .*rate limit/);
  });

  test("a repository that is not named, and a token that is wrong, are told by name", async () => {
    process.env.GH_TOKEN = "wrong";
    await assert.rejects(write("one"), /\(401\).*set GH_TOKEN/s);
    process.env.GITHUB_REPOSITORY = "";
    await assert.rejects(write("one"), /GITHUB_REPOSITORY is ""/);
  });
});

describe("the issue of a stack that drifted", () => {
  const step: Step = {
    change: "update",
    urn: "urn:pulumi:dev-aws::trinity::aws:ec2/vpc:Vpc::network",
    type: "aws:ec2/vpc:Vpc",
    name: "network",
    properties: ["tags.env"],
    forcedBy: [],
  };
  const drift = (steps: readonly Step[], stack = "dev-aws"): DriftResult => ({
    version: 1,
    stack,
    env: "dev",
    cloud: "aws",
    steps: [...steps],
  });
  const tell = async (result: DriftResult) => writeDriftIssue(await open(), result, { number: 1 });
  const issues = () => repository.issues.map(({ number, state }) => `${number} ${state}`);

  test("is opened, changed, and closed by itself when the drift is gone", async () => {
    assert.equal(await tell(drift([])), "none");
    assert.equal(await tell(drift([step])), "opened");
    assert.equal(await tell(drift([step])), "unchanged");
    assert.equal(await tell(drift([step, { ...step, change: "delete" }])), "updated");
    assert.deepEqual(repository.issues[0]?.labels, ["drift"]);
    assert.match(repository.issues[0].body, /`network` `aws:ec2\/vpc:Vpc`: `tags\.env`\n- \*\*gone\*\*: `network`/);
    assert.equal(await tell(drift([])), "closed");
    assert.deepEqual(issues(), ["2 closed"]);
    assert.equal(await tell(drift([step])), "opened", "a new drift is a new issue");
    assert.deepEqual(issues(), ["2 closed", "3 open"]);
  });

  test("is one for each stack, and no other issue or pull request is touched", async () => {
    repository.pulls[0]?.labels.push("drift");
    await tell(drift([step]));
    await tell(drift([step], "dev-gcp"));
    assert.equal(await tell(drift([], "dev-gcp")), "closed");
    assert.deepEqual(issues(), ["2 open", "3 closed"]);
    assert.equal(repository.pulls[0]?.state, "open");
  });

  test("of two runs at once is one", async () => {
    await Promise.all([tell(drift([step])), tell(drift([step]))]);
    await tell(drift([step]));
    assert.equal(repository.issues.filter(({ state }) => state === "open").length, 1);
  });

  test("of 500 resources fits", async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ ...step, name: `${"n".repeat(200)}${index}` }));
    assert.equal(await tell(drift(many)), "opened");
    assert.match(repository.issues[0]?.body ?? "", /… and \d+ more resources: see the job's log\./);
  });
});
