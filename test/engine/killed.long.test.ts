import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { plainProperties } from "../../rehearsal/clouds/kernel/values";
import { executionOptions } from "../../rehearsal/engine/pulumi";
import { recoverStack } from "../../rehearsal/engine/recover";
import { prepareStack } from "../../rehearsal/engine/stack-file";
import { readCheckpoint, stateFolder, writeJson } from "../../rehearsal/engine/state";
import { repositoryRoot } from "../../rehearsal/paths";
import { temporaryEngine } from "../support/engine";

test("an engine that was killed: the stack is put in order, and nothing exists twice", async (context) => {
  // Slow enough that the cluster takes five seconds.
  const engine = await temporaryEngine(context, 120);
  const world = engine.world("gcp");
  const configFile = await prepareStack(engine.home, repositoryRoot, "dev-gcp");
  const { cwd, env } = executionOptions(engine.home, { configFile });
  const args = ["up", "--stack", "dev-gcp", "--yes", "--skip-preview", "--non-interactive"];
  const killed = spawn(engine.home.pulumi, args, { cwd, env: { ...process.env, ...env }, stdio: "ignore" });
  while (world.list("gcp:container/cluster:Cluster").length === 0) {
    await sleep(50);
  }
  killed.kill("SIGKILL");

  await recoverStack(engine.home, "dev-gcp", configFile);
  await engine.run("up", "dev-gcp");

  const names = world.list().map((record) => `${record.type} ${record.identity ?? record.id}`);
  assert.deepEqual(names, [...new Set(names)], "nothing exists twice");
  assert.deepEqual(Object.keys(await engine.run("preview", "dev-gcp")), ["same"]);
  await engine.run("destroy", "dev-gcp");
  assert.deepEqual(world.list(), [], "no resource was lost from the state");
});

test("an engine that was killed in a replacement: the new one is taken in, the old one goes", async (context) => {
  const engine = await temporaryEngine(context);
  const world = engine.world("gcp");
  await engine.run("up", "dev-gcp");
  const type = "gcp:artifactregistry/repository:Repository";
  const [old] = world.list(type);
  const known = readCheckpoint(engine.home, "dev-gcp").resources?.find((resource) => resource.id === old?.id);
  assert.ok(old !== undefined && known !== undefined);
  // As the engine leaves it: the cloud has made the new one, and the state only names what was begun.
  const inputs = { ...known.inputs, repositoryId: "anew" };
  const created = { ...old, id: `${old.id}-anew`, identity: "anew", inputs: plainProperties(inputs) };
  world.insert(created);
  const begun = { ...known, id: undefined, outputs: undefined, inputs };
  const latest = {
    ...readCheckpoint(engine.home, "dev-gcp"),
    pending_operations: [{ type: "creating", resource: begun }],
  };
  // Not by `stack import`, which drops what is pending.
  writeJson(path.join(stateFolder(engine.home), "dev-gcp.json"), {
    version: 3,
    checkpoint: { stack: "organization/trinity/dev-gcp", latest },
  });

  const configFile = await prepareStack(engine.home, repositoryRoot, "dev-gcp");
  // Ended before the refresh, then again.
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  await assert.rejects(recoverStack(engine.home, "dev-gcp", configFile, interrupt, { signal: interruption.signal }));
  await recoverStack(engine.home, "dev-gcp", configFile);

  const { resources = [] } = (await engine.state("dev-gcp")).deployment;
  const ofUrn = resources.filter(({ urn }) => urn === known.urn);
  assert.deepEqual(ofUrn[0]?.outputs?.format, "DOCKER", "what it gives out is read");
  const both = ofUrn.map(({ id, delete: goes }) => [id, goes]);
  assert.deepEqual(both, [
    [created.id, undefined],
    [old.id, true],
  ]);
  await engine.run("destroy", "dev-gcp");
  assert.deepEqual(world.list(), []);
});
