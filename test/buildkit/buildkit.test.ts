import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { startBuildkit } from "../../rehearsal/buildkit";
import { assertCanBuild } from "../../rehearsal/buildkit/privilege";
import { homePaths } from "../../rehearsal/paths";
import { identify } from "../../rehearsal/processes/identity";
import { socketFolder } from "../../rehearsal/processes/socket";
import { temporaryFolder } from "../support/simulation";
import { testTools } from "../support/tools";

const skip = process.getuid?.() === 0 ? false : "buildkitd takes root";

test("who cannot build is told what it takes", () => {
  assert.throws(() => {
    assertCanBuild({ platform: "linux", uid: 1000 });
  }, /needs root to mount.*user 1000/s);
  assert.throws(() => {
    assertCanBuild({ platform: "darwin", uid: 0 });
  }, /runs on Linux only \(this is darwin\)/);
  assertCanBuild({ platform: "linux", uid: 0 });
});

describe("the folder of the sockets", () => {
  test("is below the home, and this user's alone", (context) => {
    const home = temporaryFolder(context);
    const folder = socketFolder(home);
    assert.equal(folder, path.join(home, "sockets"));
    fs.chmodSync(folder, 0o755);
    assert.throws(() => socketFolder(home), /must be a folder that belongs to this user alone/);
  });

  test("is elsewhere when the home's path is too long for a socket", (context) => {
    const home = path.join(temporaryFolder(context), "x".repeat(100));
    const folder = socketFolder(home);
    context.after(() => {
      fs.rmdirSync(folder);
    });
    assert.ok(path.join(folder, "buildkitd-otel.sock").length < 108);
    assert.equal(socketFolder(home), folder);
  });
});

test("buildkitd starts, is buildx's builder, and is gone after stop", { skip }, async (context) => {
  const home = homePaths(temporaryFolder(context));
  const tools = await testTools();
  const options = {
    root: home.root,
    data: home.buildkit,
    logs: home.logs,
    command: tools.buildkitd,
    runc: tools.runc,
    environment: { BUILDX_CONFIG: path.join(home.config, "buildx") },
  };
  const buildkit = await startBuildkit(options);
  const record = fs.readFileSync(path.join(home.buildkit, "process.json"), "utf8");
  const { pid } = (JSON.parse(record) as { process: { pid: number } }).process;
  assert.ok(identify(pid));
  const builder = JSON.parse(fs.readFileSync(path.join(home.config, "buildx/instances", buildkit.builder), "utf8")) as {
    Driver: string;
    Nodes: { Endpoint: string }[];
  };
  assert.equal(builder.Driver, "remote");
  const socket = (builder.Nodes[0]?.Endpoint ?? "").replace("unix://", "");
  assert.ok(fs.statSync(socket).isSocket());
  assert.equal(fs.statSync(path.dirname(socket)).mode & 0o777, 0o700);
  await buildkit.stop();
  assert.equal(identify(pid), undefined);
  assert.ok(!fs.existsSync(path.join(home.buildkit, "process.json")));
});
