import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { deploy, destroy } from "../../ci/deploy/deploy";
import { exportState, type StackRun } from "../../ci/deploy/recover";
import { findDrift } from "../../ci/drift/drift";
import { previewStack } from "../../ci/preview/preview";
import { findStack } from "../../ci/stack-job";
import type { World } from "../../rehearsal/clouds/kernel/world";
import { preparePolicyPack } from "../../rehearsal/engine/policy";
import { executionOptions, runPulumi } from "../../rehearsal/engine/pulumi";
import { prepareStack } from "../../rehearsal/engine/stack-file";
import { repositoryRoot } from "../../rehearsal/paths";
import { temporaryEngine, type TestEngine } from "../support/engine";
import { packWith } from "../support/policy-pack";
import { temporaryFolder } from "../support/simulation";

/** The commands behind the workflows, on the real engine and simulated clouds. */

const stack = "dev-gcp";
const cluster = "gcp:container/cluster:Cluster";

async function enter(engine: TestEngine): Promise<{ run: StackRun; said: string[]; configFile: string }> {
  const configFile = await prepareStack(engine.home, repositoryRoot, stack);
  // What a job has in its environment; this file's process runs nothing else.
  Object.assign(process.env, engine.home.environment, { PULUMI_OPTION_CONFIG_FILE: configFile });
  const said: string[] = [];
  const run = {
    root: repositoryRoot,
    stack,
    signal: new AbortController().signal,
    report: (line: string) => said.push(line),
    patience: { seconds: 1, every: 1 },
  };
  return { run, said, configFile };
}

async function begun(world: World): Promise<void> {
  while (world.list(cluster).length === 0) await sleep(50);
}

function assertOnce(world: World): void {
  const names = world.list().map((record) => `${record.type} ${record.identity ?? record.id}`);
  assert.deepEqual(names, [...new Set(names)], "nothing exists twice");
}

// Slow enough that a cluster takes five seconds.
const slow = async (context: TestContext) => temporaryEngine(context, 120);

test("a deploy that is cancelled, and then hurried, is put in order by the next one", async (context) => {
  const engine = await slow(context);
  const { run, said } = await enter(engine);
  const [end, hurry] = [new AbortController(), new AbortController()];
  const cancelled = deploy({ ...run, signal: end.signal, hurry: hurry.signal });
  await begun(engine.world("gcp"));
  end.abort(new Error("cancelled"));
  await sleep(500);
  hurry.abort();
  await assert.rejects(cancelled, /cancelled/);
  const left = (await exportState(run)).deployment.pending_operations ?? [];
  assert.ok(
    left.some(({ resource }) => resource.type === cluster),
    "the cluster is noted as begun",
  );

  const outputs = (await deploy(run)) as { readonly cluster: { readonly name: string } };
  assert.equal(outputs.cluster.name, "trinity-dev-gcp");
  assert.ok(!JSON.stringify(outputs).includes("kubeconfig"));
  assert.match(said.join("\n"), /left in the middle of an update.*creating trinity-dev-gcp-cluster/s);
  assertOnce(engine.world("gcp"));
  const job = findStack(repositoryRoot, stack);
  assert.deepEqual((await previewStack({ ...run, job })).steps, []);
  await destroy(run);
  assert.deepEqual(engine.world("gcp").list(), [], "no resource was lost from the state");
});

test("the lock of an engine that was killed is told and not broken; once it is gone, all is put in order", async (context) => {
  const engine = await slow(context);
  const { run, configFile } = await enter(engine);
  const { cwd, env } = executionOptions(engine.home, { configFile });
  const args = ["up", "--stack", stack, "--yes", "--skip-preview", "--non-interactive"];
  const killed = spawn(engine.home.pulumi, args, { cwd, env: { ...process.env, ...env }, stdio: "ignore" });
  await begun(engine.world("gcp"));
  await assert.rejects(deploy(run), /Another update holds dev-gcp.*created by .*pulumi cancel --stack dev-gcp/s);
  killed.kill("SIGKILL");
  await assert.rejects(deploy(run), { name: "RefusedError" });
  await runPulumi(engine.home, ["cancel", "--yes", "--stack", stack]);
  await deploy(run);
  assertOnce(engine.world("gcp"));
  await destroy(run);
  assert.deepEqual(engine.world("gcp").list(), []);
});

test("what others changed in the cloud is drift; looking for it writes nothing", async (context) => {
  const engine = await temporaryEngine(context);
  const { run } = await enter(engine);
  await deploy(run);
  const job = findStack(repositoryRoot, stack);
  assert.deepEqual((await findDrift(job, run)).steps, []);
  const world = engine.world("gcp");
  const [repository] = world.list("gcp:artifactregistry/repository:Repository");
  assert.ok(repository);
  world.delete(repository.type, repository.id);
  const before = JSON.stringify(await exportState(run));
  const drift = await findDrift(job, run);
  assert.deepEqual(
    drift.steps.map(({ change, type }) => `${change} ${type}`),
    ["delete gcp:artifactregistry/repository:Repository"],
  );
  assert.equal(JSON.stringify(await exportState(run)), before);
});

test("a stack that would cost more than its ceiling is not deployed: nothing is made of it", async (context) => {
  const engine = await temporaryEngine(context);
  const { run, said } = await enter(engine);
  const pack = packWith(temporaryFolder(context), { levels: {}, ceilings: { [stack]: 1 }, exemptions: [] });
  const policyPack = preparePolicyPack(engine.home, pack);
  await assert.rejects(deploy({ ...run, policyPack }), /pulumi preview of dev-gcp failed:.*Policy cost-ceiling/s);
  assert.deepEqual(engine.world("gcp").list(), []);
  assert.deepEqual(said, [], "nothing was begun");
});
