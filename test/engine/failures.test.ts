import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { plainProperties } from "../../rehearsal/clouds/kernel/values";
import { executionOptions } from "../../rehearsal/engine/pulumi";
import { recoverStack } from "../../rehearsal/engine/recover";
import { prepareStack } from "../../rehearsal/engine/stack-file";
import { readCheckpoint, stateFolder, writeJson } from "../../rehearsal/engine/state";
import { repositoryRoot } from "../../rehearsal/paths";
import { temporaryEngine } from "../support/engine";

describe("wrong input: a clear error first, nothing created", () => {
  const faults: { what: string; stack: string; settings?: Record<string, unknown>; words: RegExp }[] = [
    { what: "an unknown program", stack: "dev-oracle", words: /"oracle", which does not exist.*dev-aws, dev-gcp/s },
    { what: "no environment", stack: "aws", words: /a stack is named <env>-<program>/ },
    {
      what: "a wrong setting",
      stack: "dev-gcp",
      settings: { "gcp:region": "Belgium" },
      words: /Pulumi\.dev-gcp\.yaml has settings that cannot be used:\s+gcp:region: "Belgium": a Google Cloud region/,
    },
    {
      what: "an unknown setting",
      stack: "dev-gcp",
      settings: { "trinity:nodeTypo": "x" },
      words: /trinity:nodeTypo: no such setting; known are/,
    },
    {
      what: "a name that breaks a cloud's rule",
      stack: "dev-gcp",
      settings: { "trinity:project": "a-very-long-project-name" },
      words: /Google service account name .* 8 characters too long: 6 to 30/s,
    },
  ];
  for (const { what, stack, settings, words } of faults) {
    test(what, async (context) => {
      const engine = await temporaryEngine(context);
      await assert.rejects(engine.run("up", stack, { settings }), (error: Error) => {
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /\n\s+at /, "no stack trace");
        return true;
      });
      assert.deepEqual(engine.world("gcp").list(), []);
    });
  }

  test("a missing setting", async (context) => {
    const engine = await temporaryEngine(context);
    await assert.rejects(
      engine.run("up", "staging-aws"),
      /aws:region: missing; set it with `pulumi config set aws:region/,
    );
  });

  test("an app whose clouds are not up yet", async (context) => {
    const engine = await temporaryEngine(context);
    await assert.rejects(engine.run("preview", "dev-mandelbrot"), /unknown stack "organization\/trinity\/dev-/);
  });
});

describe("a failure in the middle", () => {
  test("a cloud that refuses: the next up goes on from there, and nothing exists twice", async (context) => {
    const engine = await temporaryEngine(context);
    const world = engine.world("gcp");
    const [type, error] = ["gcp:container/nodePool:NodePool", "Quota 'CPUS' exceeded"];
    world.set("faults", [{ type, operation: "create", error, times: 1 }]);
    await assert.rejects(engine.run("up", "dev-gcp"), /nodePool.*Quota 'CPUS' exceeded/s);
    const { create } = await engine.run("up", "dev-gcp");
    assert.ok(create !== undefined && create > 0);
    assert.equal(world.list(type).length, 1);
    assert.equal(world.list("gcp:container/cluster:Cluster").length, 1);
  });

  test("Azure: a caller that may create but not assign roles is refused, in Azure's words", async (context) => {
    const engine = await temporaryEngine(context);
    engine.world("azure").set("caller", { allow: ["*"], deny: ["Microsoft.Authorization/*/write"] });
    await assert.rejects(
      engine.run("up", "dev-azure"),
      /does not have authorization to perform action 'Microsoft\.Authorization\/roleAssignments\/write'/,
    );
  });

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

  test("a recovery that waits for another update ends with Ctrl-C", async (context) => {
    const engine = await temporaryEngine(context);
    const configFile = await prepareStack(engine.home, repositoryRoot, "dev-gcp");
    // A process by the engine's name that holds the stack's lock.
    const holder = spawn("sleep", ["600"], { argv0: "pulumi", stdio: "ignore" });
    context.after(() => holder.kill());
    const folder = path.join(engine.home.paths.state, ".pulumi/locks/organization/trinity/dev-gcp");
    writeJson(path.join(folder, "lock.json"), { pid: holder.pid });
    const interruption = new AbortController();
    const waiting = recoverStack(
      engine.home,
      "dev-gcp",
      configFile,
      () => {
        interruption.abort();
      },
      { signal: interruption.signal },
    );
    await assert.rejects(waiting, { name: "AbortError" });
  });
});
