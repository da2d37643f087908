import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { gitHubAddress } from "../../delivery/host/address";
import { openGitHub } from "../../delivery/host/github";
import { readMark } from "../../delivery/host/pull";
import { revert } from "../../delivery/revert";
import { type RunningGitHub, secondaryRateLimit, type SimulatedRepository } from "../../rehearsal/github";
import { type GitHubDelivery, startGitHubDelivery, token } from "./fixture";
import { digestOf, imageOn, type Platform } from "./platform";

/** Releases to a repository on the simulated GitHub: pull requests, merges and GitHub's own faults. */

let delivery: GitHubDelivery;
let platform: Platform;
let gitHub: RunningGitHub;
let repository: SimulatedRepository;
let said: string[];
let commit: GitHubDelivery["commit"];
let release: GitHubDelivery["release"];

beforeEach(async () => {
  delivery = await startGitHubDelivery();
  ({ platform, gitHub, repository, said, commit, release } = delivery);
});

afterEach(() => delivery.stop());

const tagOnMain = (app?: string) => imageOn(platform, "main", { app })?.tag;
const branches = () => platform.remoteGit("branch", "--format=%(refname:short)").split("\n");
const open = () => repository.pulls.filter(({ state }) => state === "open").map(({ number }) => number);

test("a release opens a pull request that says what moves where", async () => {
  const first = commit("Build");
  const [proposal] = await release([first]);
  assert.deepEqual([proposal?.status, proposal?.pullRequest?.number], ["open", 1]);
  const [pull] = repository.pulls;
  assert.equal(pull?.title, `release(mandelbrot): sha-${first} to dev`);
  assert.equal(pull.head, `mandelbrot/release-sha-${first}`);
  assert.match(
    pull.body,
    new RegExp(`\\| azure \\| nothing \\| .*${digestOf(`mandelbrot${first}`)}.*trinitydevazureacr`),
  );
  assert.equal(readMark(pull.body)?.tag, `sha-${first}`);
  assert.equal(tagOnMain(), undefined, "main is as it was");
  assert.ok(!said.join().includes(token));
});

test("the same release again keeps the pull request, and one on a base that moved updates its branch", async () => {
  const first = commit("Build");
  await release([first]);
  const writes = gitHub.requests.filter((line) => !line.startsWith("GET")).length;
  await release([first]);
  const fetches = gitHub.requests.filter((line) => /^POST .*git-upload-pack/.test(line)).length;
  assert.equal(gitHub.requests.filter((line) => /^(POST|PATCH|PUT) .*(api|receive-pack)/.test(line)).length, 2);
  assert.ok(fetches > 0 && writes > 0);
  commit("Elsewhere", { "README.md": "x" });
  await release([first]);
  assert.deepEqual(open(), [1]);
});

test("a newer build takes the place of an open pull request, and an older one is refused", async () => {
  const [older, newer] = [commit("Older"), commit("Newer")];
  await release([older]);
  const [proposal] = await release([newer]);
  assert.deepEqual(proposal?.superseded, [1]);
  assert.deepEqual(open(), [2]);
  assert.deepEqual(repository.commentsOn(1), ["Superseded by #2."]);
  assert.deepEqual(branches(), ["main", `mandelbrot/release-sha-${newer}`]);
  await assert.rejects(release([older]), {
    name: "RefusedError",
    message: /pull request .*\/pull\/2: .*is older than/,
  });
  await release([older], { allowOlder: true });
  assert.deepEqual(open(), [3]);
});

test("a body with the right words from elsewhere is not taken for a release", async () => {
  const [older, newer] = [commit("Older"), commit("Newer")];
  await release([newer]);
  const [pull] = repository.pulls;
  assert.ok(pull);
  pull.body = pull.body.replace('"app":"mandelbrot"', '"app":"other"');
  await release([older]);
  assert.deepEqual(open(), [1, 2]);
});

test("a pull request that was closed by hand is told of, and a new one opened", async () => {
  const first = commit("Build");
  await release([first]);
  const [pull] = repository.pulls;
  assert.ok(pull);
  pull.state = "closed";
  await release([first]);
  assert.deepEqual(open(), [2]);
  assert.match(said.join("\n"), /pull\/1 was closed without being merged/);
});

test("auto-merge merges at once where nothing stands against it, and deletes the branch", async () => {
  const first = commit("Build");
  const [proposal] = await release([first], { autoMerge: true });
  assert.equal(proposal?.status, "merged");
  assert.equal(tagOnMain(), `sha-${first}`);
  assert.deepEqual(branches(), ["main"]);
  const [again] = await release([first], { autoMerge: true });
  assert.equal(again?.status, "unchanged");
});

test("auto-merge waits for checks", async () => {
  repository.settings.checks = "pending";
  repository.settings.deleteBranchOnMerge = true;
  const first = commit("Build");
  const [proposal] = await release([first], { autoMerge: true });
  assert.equal(proposal?.status, "auto-merge");
  assert.equal(tagOnMain(), undefined);
  await repository.passChecks();
  assert.equal(tagOnMain(), `sha-${first}`);
  assert.deepEqual(branches(), ["main"]);
});

test("auto-merge is for the commit that was pushed, and for no other", async () => {
  repository.settings.checks = "pending";
  const [proposal] = await release([commit("Build")]);
  const address = gitHubAddress(`${gitHub.server}/example/trinity.git`);
  assert.ok(address);
  const { signal } = new AbortController();
  const pullRequests = await openGitHub(address, "main", signal, (line) => said.push(line));
  const [pull] = await pullRequests.open();
  assert.ok(pull);
  assert.equal(await pullRequests.merge(pull, "0".repeat(40)), "conflict");
  assert.equal(repository.pulls[0]?.autoMerge, false);
  assert.equal(await pullRequests.merge(pull, proposal?.commit ?? ""), "auto-merge");
});

test("a repository without auto-merge is told by its setting's name; the pull request stays", async () => {
  repository.settings.allowAutoMerge = false;
  const first = commit("Build");
  await assert.rejects(release([first], { autoMerge: true }), { name: "RefusedError", message: /"Allow auto-merge"/ });
  assert.deepEqual(open(), [1]);
});

test("a rule against the release's branch is told in the remote's words; the next run succeeds", async () => {
  const first = commit("Build");
  const rule = "error: GH013: Repository rule violations found for refs/heads/mandelbrot.";
  repository.refuse("refs/heads/mandelbrot/*", rule);
  const [proposal] = await release([first]);
  assert.equal(proposal?.status, "refused");
  assert.match(proposal.why ?? "", /GH013: Repository rule violations/);
  repository.accept();
  const [again] = await release([first]);
  assert.equal(again?.status, "open");
});

for (const [what, fault] of [
  ["ends before a pull request is made", { request: /^POST .*\/pulls$/, effect: { kind: "drop", when: "before" } }],
  ["ends after a pull request was made", { request: /^POST .*\/pulls$/, effect: { kind: "drop", when: "after" } }],
  ["ends while branches are fetched", { request: /^POST .*git-upload-pack/, effect: { kind: "drop", when: "before" } }],
  ["is too slow for GitHub's taste", { request: /^POST .*\/pulls$/, effect: secondaryRateLimit(1) }],
  ["meets a server that is down for a moment", { request: /^GET .*\/pulls/, effect: { kind: "status", status: 502 } }],
] as const) {
  test(`a release whose connection ${what} gets one pull request all the same`, async () => {
    gitHub.fail(fault);
    const [proposal] = await release([commit("Build")]);
    assert.equal(proposal?.status, "open");
    assert.deepEqual(open(), [1]);
    assert.equal(repository.pulls.length, 1);
  });
}

test("a connection that ends in a push is told, and the next run succeeds", async () => {
  for (const when of ["before", "after"] as const) {
    const build = commit("Build");
    // git itself tries once more on a connection that was in use before.
    gitHub.fail({ request: /^POST .*git-receive-pack/, times: 2, effect: { kind: "drop", when } });
    await assert.rejects(
      release([build]),
      /cannot be pushed to.*The base branch is as it was\. Run the same command again/s,
    );
    const [proposal] = await release([build]);
    assert.equal(proposal?.status, "open");
  }
});

test("a wrong token is refused by name before anything is changed, and is in no message", async () => {
  const build = commit("Build");
  process.env.GH_TOKEN = "hunter2-is-wrong";
  await assert.rejects(release([build]), (error: Error) => !error.message.includes("hunter2"));
  assert.deepEqual(branches(), ["main"]);
  delete process.env.GH_TOKEN;
  await assert.rejects(release([build]), { message: /Neither GH_TOKEN nor GITHUB_TOKEN is set/ });
});

test("an unreachable GitHub is a clear error", async () => {
  const build = commit("Build");
  await gitHub.stop();
  await assert.rejects(release([build]), /cannot be read:.*Nothing was changed/s);
});

test("a revert closes the pull requests for the same overlays, and a newer release closes the revert's", async () => {
  const builds: string[] = [];
  for (const name of ["First", "Second"]) {
    const build = commit(name);
    builds.push(build);
    await release([build], { autoMerge: true });
  }
  await release([commit("Third")]);
  const [proposal] = await revert({ ...delivery.options, app: "mandelbrot" });
  assert.equal(repository.pulls.at(-1)?.title, `revert(mandelbrot): dev back to sha-${builds[0] ?? ""}`);
  assert.deepEqual([proposal?.status, open()], ["open", [4]]);
  await release([commit("Fourth")]);
  assert.deepEqual(open(), [5]);
});

test("a revert and a release at the same time: one pull request stays, and its command says so", async () => {
  for (const name of ["First", "Second"]) await release([commit(name)], { autoMerge: true });
  const build = commit("Third");
  const proposals = await Promise.all([release([build]), revert({ ...delivery.options, app: "mandelbrot" })]);
  const staying = proposals.flat().filter(({ pullRequest }) => open().includes(pullRequest?.number ?? 0));
  assert.deepEqual(
    staying.map(({ status }) => status),
    ["open"],
    said.join("\n"),
  );
});

test("the body links to the commits between two builds, where the repository has them", async () => {
  const [first, second] = [commit("First"), commit("Second")];
  await release([first], { autoMerge: true });
  await release([second]);
  const link = `${gitHub.server}/example/trinity/compare/${first}...${second}`;
  assert.ok(repository.pulls.at(-1)?.body.includes(link));
});

test("an app of clouds in two repositories gets a pull request in each", async () => {
  const other = await gitHub.repository("example", "elsewhere");
  const build = commit("Build");
  platform.git("push", "--quiet", other.folder, "main");
  platform.point(`${gitHub.server}/example/elsewhere.git`, "dev", ["gcp"]);
  const proposals = await release([build], { autoMerge: true });
  assert.deepEqual(
    proposals.map(({ clouds, status }) => [clouds.join(), status]),
    [
      ["aws,azure", "merged"],
      ["gcp", "merged"],
    ],
  );
  assert.equal(other.pulls.length, 1);
});
