import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../../infra/repository-root";
import { type Delivery, leftovers, startDelivery } from "./fixture";
import { outputsOf, type Platform } from "./platform";

/** The command line as a process: what it prints where, and its exit codes. */
describe("trinity", () => {
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  let delivery: Delivery;
  let platform: Platform;

  const program = ["--import", tsx, path.join(repositoryRoot, "delivery/index.ts")];
  const start = (args: readonly string[], env = process.env) =>
    spawn(process.execPath, [...program, ...args], { cwd: platform.root, env });
  const run = async (args: readonly string[], input?: string, env?: NodeJS.ProcessEnv) => {
    const child = start(args, env);
    child.stdin.end(input);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    return { code, out, err };
  };

  /** With standard output (1) or error (2) as a pipe that nobody reads, and as a disk that is full. */
  const closed = (args: readonly string[], stream: 1 | 2): ChildProcess => {
    const child = start(args);
    child.stdio[stream].destroy();
    return child;
  };
  const full = (args: readonly string[], stream: 1 | 2): ChildProcess => {
    const device = fs.openSync("/dev/full", "w");
    const stdio = (["ignore", "pipe", "pipe"] as const).map((one, index) => (index === stream ? device : one));
    const child = spawn(process.execPath, [...program, ...args], { cwd: platform.root, stdio });
    fs.closeSync(device);
    return child;
  };

  before(() => {
    delivery = startDelivery();
    ({ platform } = delivery);
  });
  after(() => delivery.stop());

  test("release --json prints the result and nothing else on standard output", async () => {
    const commit = platform.commit("Build");
    const { code, out, err } = await run(
      ["release", "--outputs", "-", "--json"],
      JSON.stringify(outputsOf("mandelbrot", commit)),
    );
    assert.equal(code, 0, err);
    const { proposals } = JSON.parse(out) as { proposals: { status: string; branch: string }[] };
    assert.deepEqual(
      proposals.map(({ status, branch }) => [status, branch]),
      [["pushed", `mandelbrot/release-sha-${commit}`]],
    );
    assert.match(err, /Open a pull request from it to main/);
  });

  test("wrong usage and wrong input end with 2, and say what is wrong", async () => {
    const unknown = await run(["release", "--force"]);
    assert.deepEqual([unknown.code, unknown.out], [2, ""]);
    assert.match(unknown.err, /unknown option '--force'/);
    const nothing = await run(["release"]);
    assert.equal(nothing.code, 2);
    assert.match(nothing.err, /give --outputs <file>, or --app <name>/);
    const cloud = await run(["revert", "--app", "mandelbrot", "--env", "dev", "--clouds", "moon"]);
    assert.equal(cloud.code, 2);
  });

  test("what every object of the language has is no command", async () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const { code, err } = await run([name]);
      assert.equal(code, 2, err);
      assert.ok(err.includes(`unknown command '${name}'`), err);
    }
  });

  test("a new app's port is decimal digits", async () => {
    for (const port of ["1e4", "0x2000", " 8081", "abc", ""]) {
      const { code, err } = await run(["new", "app", "greeter", "--port", port]);
      assert.equal(code, 2, port);
      assert.ok(err.includes(`--port: "${port}" is no port, which is a number of decimal digits`), err);
    }
    assert.ok(!fs.existsSync(path.join(platform.root, "apps/greeter")));
  });

  test("rollout commands take nothing but an app's name for --app", async () => {
    const { code, err } = await run(["rollout", "restart", "--app", "../mandelbrot", "--env", "dev"]);
    assert.equal(code, 2);
    assert.match(err, /"\.\.\/mandelbrot" is no app's name/);
  });

  test("a refused remote ends with 3, a missing one with 1", async () => {
    const file = path.join(platform.folder, "outputs.json");
    fs.writeFileSync(file, JSON.stringify(outputsOf("mandelbrot", platform.commit("Build"))));
    const hook = path.join(platform.remote, "hooks", "pre-receive");
    fs.mkdirSync(path.dirname(hook), { recursive: true });
    fs.writeFileSync(hook, "#!/bin/sh\necho 'Not today.' >&2\nexit 1\n", { mode: 0o755 });
    const refused = await run(["release", "--outputs", file]);
    assert.equal(refused.code, 3, refused.err);
    assert.match(refused.out, /refused: .*pre-receive hook declined.*Not today/s);
    fs.rmSync(hook);
    fs.renameSync(platform.remote, `${platform.remote}.away`);
    const missing = await run(["release", "--outputs", file]);
    fs.renameSync(`${platform.remote}.away`, platform.remote);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /cannot be read/);
  });

  test("paths are taken from where npm was called, also outside of the clone", async () => {
    const called = path.join(platform.folder, "called");
    fs.mkdirSync(path.join(called, "empty"), { recursive: true });
    fs.writeFileSync(
      path.join(called, "outputs.json"),
      JSON.stringify(outputsOf("mandelbrot", platform.commit("Build"))),
    );
    // As npm does, which changes to the folder of package.json.
    const manifest = path.join(platform.root, "package.json");
    const env = { ...process.env, INIT_CWD: called, npm_package_json: manifest };
    const released = await run(["release", "--outputs", "outputs.json"], undefined, env);
    assert.equal(released.code, 0, released.err);
    for (const args of [
      ["release", "--app", "mandelbrot", "--stack-outputs", "empty"],
      ["rollout", "status", "--app", "mandelbrot", "--env", "dev", "--kubeconfigs", "empty"],
    ]) {
      const { code, err } = await run(args, undefined, env);
      assert.deepEqual([code, err.includes(path.join(called, "empty"))], [2, true], err);
    }
  });

  test("a standard error that is closed or full loses progress, and nothing else", async () => {
    const file = path.join(platform.folder, "outputs.json");
    for (const lose of [closed, full]) {
      const commit = platform.commit("Build");
      fs.writeFileSync(file, JSON.stringify(outputsOf("mandelbrot", commit)));
      const child = lose(["release", "--outputs", file], 2);
      assert.ok(child.stdout);
      const [out, [code]] = await Promise.all([text(child.stdout), once(child, "close") as Promise<[number | null]>]);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`sha-${commit}: branch`));
      assert.deepEqual(leftovers(), []);
    }
  });

  test("a result that cannot be written ends with 1, when all is done", async () => {
    const file = path.join(platform.folder, "outputs.json");
    for (const lose of [closed, full]) {
      const commit = platform.commit("Build");
      fs.writeFileSync(file, JSON.stringify(outputsOf("mandelbrot", commit)));
      const child = lose(["release", "--outputs", file], 1);
      assert.ok(child.stderr);
      const [err, [code]] = await Promise.all([text(child.stderr), once(child, "close") as Promise<[number | null]>]);
      assert.equal(code, 1, err);
      assert.match(err, /The result cannot be written to standard output: .*(EPIPE|ENOSPC)/);
      assert.notEqual(platform.remoteGit("branch", "--list", `*${commit}`), "");
      assert.deepEqual(leftovers(), []);
    }
  });

  for (const [name, told] of [
    ["", /Exit codes:\n {2}0 +done.*129 +ended since the terminal.*130 +ended by Ctrl-C/s],
    ["release", /Exit codes:\n {2}0 +done.*3 +refused/s],
    ["promote", /Exit codes:\n {2}0 +done.*3 +refused/s],
    ["revert", /Exit codes:\n {2}0 +done.*3 +refused/s],
    ["new app", /Exit codes:\n {2}0 +done/],
    ["remove app", /Exit codes:\n {2}0 +done/],
    ["rollout status", /Exit codes:\n {2}0 +healthy.*4 +degraded/s],
    ["rollout promote", /Exit codes:\n {2}0 +done.*3 +a cloud failed/s],
    ["rollout sync", /Exit codes:\n {2}0 +done/],
  ] as const) {
    test(`${name} --help tells the exit codes, and ends with 0`, async () => {
      const { code, out } = await run([...name.split(" ").filter(Boolean), "--help"]);
      assert.equal(code, 0);
      assert.match(out, told);
    });
  }

  for (const [signal, expected, more, told] of [
    ["SIGINT", 130, [], "Interrupted. The base branch is as it was. Run the same command again to go on."],
    ["SIGINT", 130, ["--auto-merge"], "Interrupted. Run the same command again to go on."],
    ["SIGHUP", 129, [], "Interrupted. The base branch is as it was. Run the same command again to go on."],
  ] as const) {
    test(`${signal} ends release ${more.join("")} with ${expected}, and leaves no process, folder or branch`, async () => {
      assert.deepEqual(await interrupt(signal, more), { code: expected, told });
    });
  }

  async function interrupt(signal: NodeJS.Signals, more: readonly string[]) {
    const file = path.join(platform.folder, "outputs.json");
    const commit = platform.commit("Build");
    fs.writeFileSync(file, JSON.stringify(outputsOf("mandelbrot", commit)));
    // A registry that never answers.
    const crane = path.join(platform.folder, "bin", "crane");
    const answering = fs.readFileSync(crane);
    const waiting = path.join(platform.folder, "waiting");
    fs.writeFileSync(crane, `#!/bin/sh\necho $$ >> ${waiting}\nexec sleep 600\n`);
    const child = start(["release", "--outputs", file, ...more]);
    const error = text(child.stderr);
    while (!fs.existsSync(waiting) || fs.readFileSync(waiting, "utf8").trim().split("\n").length < 3) {
      assert.equal(child.exitCode, null);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill(signal);
    const [code] = (await once(child, "close")) as [number];
    fs.writeFileSync(crane, answering);
    // Whoever takes over what has ended may need a moment to see that it has.
    for (const pid of fs.readFileSync(waiting, "utf8").trim().split("\n")) {
      while (isThere(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    fs.rmSync(waiting);
    assert.deepEqual(leftovers(), []);
    assert.equal(platform.remoteGit("branch", "--list", `*${commit}`), "");
    return { code, told: (await error).trim() };
  }

  function isThere(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }
});
