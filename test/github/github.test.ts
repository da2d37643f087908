import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type RunningGitHub, secondaryRateLimit, type SimulatedRepository, startGitHub } from "../../rehearsal/github";

const execute = promisify(execFile);

/** Each rule of the simulated GitHub, broken. */
describe("the simulated GitHub", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
  const work = path.join(folder, "work");
  const token = "the-token";
  let gitHub: RunningGitHub;
  let repository: SimulatedRepository;

  const git = async (...args: readonly string[]) => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "true", LC_ALL: "C" };
    return (await execute("git", [...identity, "-C", work, ...args], { env })).stdout.trim();
  };
  const remote = (login = `x:${token}@`) =>
    gitHub.server.replace("http://", `http://${login}`) + "/example/trinity.git";
  const call = async (method: string, rest: string, body?: unknown, login: string | undefined = token) => {
    const response = await fetch(gitHub.api + rest, {
      method,
      headers: login === "" ? {} : { authorization: `token ${login}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  const pulls = "/repos/example/trinity/pulls";
  /** Pushes a branch with one file on top of main, and opens a pull request. */
  const propose = async (branch: string, file: string, contents: string) => {
    await git("fetch", "--quiet", remote(), "main");
    await git("checkout", "--quiet", "-B", branch, "FETCH_HEAD");
    fs.writeFileSync(path.join(work, file), contents);
    await git("add", "--all");
    await git("commit", "--quiet", "-m", branch);
    await git("push", "--quiet", "--force", remote(), branch);
    return call("POST", pulls, { head: branch, base: "main", title: branch, body: "" });
  };
  const enable = async (id: unknown) => {
    const query = "mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { x } }";
    const response = await fetch(`${gitHub.server}/api/graphql`, {
      method: "POST",
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ query, variables: { id } }),
    });
    return JSON.stringify(await response.json());
  };

  before(async () => {
    fs.mkdirSync(work);
    gitHub = await startGitHub({ folder: path.join(folder, "github"), token });
    repository = await gitHub.repository("example", "trinity");
    await git("init", "--quiet", "--initial-branch=main");
    await git("commit", "--quiet", "--allow-empty", "-m", "Begin");
    await git("push", "--quiet", remote(), "main");
    repository.protect();
  });
  after(async () => {
    await gitHub.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test("lets anyone read, and only the token write", async () => {
    assert.match(await git("ls-remote", remote(""), "main"), /refs\/heads\/main/);
    await assert.rejects(git("push", remote(""), "main:other"), /Authentication failed|could not read/);
    await assert.rejects(git("push", remote("x:wrong@"), "main:other"), /Authentication failed|could not read/);
    assert.deepEqual((await call("GET", pulls, undefined, "wrong")).body, { message: "Bad credentials" });
    assert.equal((await call("GET", pulls, undefined, "")).status, 401);
    assert.equal((await call("GET", "/repos/example/other/pulls")).status, 404);
  });

  test("refuses direct pushes to a protected branch", async () => {
    await git("checkout", "--quiet", "-B", "main");
    await git("commit", "--quiet", "--allow-empty", "-m", "Direct");
    await assert.rejects(git("push", remote(), "main"), /GH006: Protected branch update failed for refs\/heads\/main/);
    await git("reset", "--quiet", "--hard", "HEAD^");
  });

  test("refuses a pull request of nothing, of no branch, and a second one of a branch", async () => {
    const opened = await propose("first", "a", "1");
    assert.equal(opened.status, 201);
    const again = await call("POST", pulls, { head: "first", base: "main", title: "x" });
    assert.equal(again.status, 422);
    assert.match(JSON.stringify(again.body), /A pull request already exists for example:first\./);
    const none = await call("POST", pulls, { head: "none", base: "main", title: "x" });
    assert.match(JSON.stringify(none.body), /"field":"head","code":"invalid"/);
    await git("push", "--quiet", remote(), "main:same");
    assert.match(
      JSON.stringify((await call("POST", pulls, { head: "same", base: "main", title: "x" })).body),
      /No commits between/,
    );
  });

  test("merges by squash, once, and only the commit that was meant", async () => {
    const opened = await propose("second", "b", "1");
    const merge = `${pulls}/${String(opened.body.number)}/merge`;
    assert.equal((await call("PUT", merge, { merge_method: "squash", sha: "0".repeat(40) })).status, 409);
    const [main, merged] = [await repository.tip("main"), await call("PUT", merge, { merge_method: "squash" })];
    assert.equal(merged.body.merged, true);
    await git("fetch", "--quiet", remote(), "main");
    assert.equal(await git("rev-parse", "FETCH_HEAD^"), main);
    assert.match(await git("log", "-1", "--format=%s", "FETCH_HEAD"), /^second \(#\d+\)$/);
    assert.equal((await call("PUT", merge, { merge_method: "squash" })).status, 405);
  });

  test("refuses to merge a conflict", async () => {
    const [one, other] = [await propose("one", "c", "1"), await propose("other", "c", "2")];
    await call("PUT", `${pulls}/${String(one.body.number)}/merge`, { merge_method: "squash" });
    const number = String(other.body.number);
    assert.equal((await call("GET", `${pulls}/${number}`)).body.mergeable, false);
    const refused = await call("PUT", `${pulls}/${number}/merge`, { merge_method: "squash" });
    assert.deepEqual([refused.status, refused.body.message], [405, "Pull Request is not mergeable"]);
  });

  test("merges by itself when checks pass, and refuses to wait for nothing", async () => {
    const opened = await propose("waits", "d", "1");
    assert.match(await enable(opened.body.node_id), /is in clean status/);
    repository.settings.checks = "pending";
    const merge = `${pulls}/${String(opened.body.number)}/merge`;
    assert.match(String((await call("PUT", merge, { merge_method: "squash" })).body.message), /Required status check/);
    assert.match(await enable(opened.body.node_id), /"number":/);
    await repository.passChecks();
    assert.equal((await call("GET", `${pulls}/${String(opened.body.number)}`)).body.merged, true);
    repository.settings.allowAutoMerge = false;
    assert.match(await enable(opened.body.node_id), /Auto merge is not allowed for this repository/);
  });

  test("closes a pull request whose branch is deleted", async () => {
    const opened = await propose("gone", "e", "1");
    assert.equal((await call("DELETE", "/repos/example/trinity/git/refs/heads%2Fgone")).status, 204);
    assert.equal((await call("GET", `${pulls}/${String(opened.body.number)}`)).body.state, "closed");
    assert.equal((await call("DELETE", "/repos/example/trinity/git/refs/heads/gone")).status, 422);
  });

  test("lists by page, with a link to the next", async () => {
    const all = (await call("GET", `${pulls}?state=all&direction=asc`)).body as unknown as { number: number }[];
    const first = await call("GET", `${pulls}?state=all&direction=asc&per_page=2`);
    assert.deepEqual(first.body, all.slice(0, 2));
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    assert.deepEqual((await call("GET", next.slice(gitHub.api.length))).body, all.slice(2, 4));
    const ofOne = await call("GET", `${pulls}?state=all&head=example:first`);
    assert.equal((ofOne.body as unknown as object[]).length, 1);
  });

  test("goes wrong as it is told, as often as it is told", async () => {
    gitHub.fail({ request: /^GET .*\/pulls/, times: 2, effect: secondaryRateLimit(7) });
    for (const expected of [403, 403, 200]) assert.equal((await call("GET", pulls)).status, expected);
    gitHub.fail({ request: /^GET .*\/pulls/, effect: { kind: "drop", when: "before" } });
    await assert.rejects(call("GET", pulls));
    assert.equal((await call("GET", pulls)).status, 200);
  });
});
