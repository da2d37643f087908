import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { cloudNames } from "../../infra/clouds";
import { recoverStack } from "../../rehearsal/engine/recover";
import { prepareStack } from "../../rehearsal/engine/stack-file";
import { writeJson } from "../../rehearsal/engine/state";
import { repositoryRoot } from "../../rehearsal/paths";
import { temporaryEngine } from "../support/engine";

test("wrong input: a clear error first, nothing created", async (context) => {
  const engine = await temporaryEngine(context);
  const faults: { what: string; stack: string; settings?: Record<string, unknown>; words: RegExp }[] = [
    { what: "an unknown program", stack: "dev-oracle", words: /"oracle", which does not exist.*dev-aws, dev-gcp/s },
    {
      what: "a wrong setting, and an unknown one",
      stack: "dev-gcp",
      settings: { "gcp:region": "Belgium", "trinity:nodeTypo": "x" },
      words:
        /Pulumi\.dev-gcp\.yaml has settings that cannot be used:.*trinity:nodeTypo: no such setting; known are.*gcp:region: "Belgium": a Google Cloud region/s,
    },
    {
      what: "an app whose clouds are not up yet",
      stack: "dev-mandelbrot",
      words: /unknown stack "organization\/trinity\/dev-/,
    },
  ];
  for (const { what, stack, settings, words } of faults) {
    await context.test(what, async () => {
      await assert.rejects(engine.run("up", stack, { settings }), (error: Error) => {
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /\n\s+at /, "no stack trace");
        return true;
      });
      for (const cloud of cloudNames) assert.deepEqual(engine.world(cloud).list(), []);
    });
  }
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
