import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { removeLeftovers, startControlPlanes } from "../../../rehearsal/clusters";
import { bridgePrefix } from "../../../rehearsal/clusters/node/network";
import { commandOf, processIds } from "../../../rehearsal/processes/proc";
import { workbench } from "./support";

const processesOf = (folder: string) =>
  processIds().filter((id) => commandOf(id).some((word) => word.includes(folder)));

const bridgesOf = (folder: string) =>
  Object.keys(os.networkInterfaces()).filter((name) => name.startsWith(bridgePrefix(folder)));

test("what a killed run left is removed by the next one", { timeout: 300_000 }, async () => {
  const { clusters } = await workbench();
  const { folder, logs } = clusters;
  const script = path.join(__dirname, "killed-run.ts");
  const run = spawn(process.execPath, ["--import", "tsx", script, folder, logs], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(run, "exit");
  await Promise.race([once(run.stdout, "data"), ended]);
  assert.equal(run.exitCode, null, "the run failed before it could be killed");
  await assert.rejects(removeLeftovers(folder), /Another run \(process \d+\) uses/);
  run.kill("SIGKILL");
  await ended;
  assert.notDeepEqual(processesOf(folder), []);
  assert.notDeepEqual(bridgesOf(folder), []);
  await removeLeftovers(folder);
  assert.deepEqual(processesOf(folder), []);
  assert.deepEqual(bridgesOf(folder), []);
  assert.ok(!fs.existsSync(folder));
});

test("a start that is given up leaves nothing", { timeout: 120_000 }, async () => {
  const { clusters: options } = await workbench();
  const given = new AbortController();
  const clusters = [{ cloud: "aws", name: "trinity-test-aws" }] as const;
  const starting = startControlPlanes({ ...options, clusters, onProgress: () => undefined, signal: given.signal });
  setTimeout(() => {
    given.abort();
  }, 3_000);
  await assert.rejects(starting, /abort/);
  assert.deepEqual(processesOf(options.folder), []);
});
