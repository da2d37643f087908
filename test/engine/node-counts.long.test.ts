import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isObject, type Properties } from "../../rehearsal/clouds/kernel/values";
import type { World } from "../../rehearsal/clouds/kernel/world";
import { temporaryEngine } from "../support/engine";

describe("trinity:nodes of a running cluster", () => {
  test("azure: a minimum above the first number passes the preview and the up", async (context) => {
    const engine = await temporaryEngine(context);
    await engine.run("up", "dev-azure");
    const settings = { "trinity:nodes": { minimum: 4, maximum: 8 } };
    assert.deepEqual(Object.keys(await engine.run("preview", "dev-azure", { settings })).sort(), ["same", "update"]);
    assert.equal((await engine.run("up", "dev-azure", { settings })).update, 1);
    const { outputs } = only(engine.world("azure"), "azure-native:containerservice:ManagedCluster");
    assert.deepEqual(
      (outputs.agentPoolProfiles as Properties[]).map(({ count }) => count),
      [4],
    );
    assert.deepEqual(Object.keys(await engine.run("preview", "dev-azure", { settings })), ["same"]);
  });

  test("aws: the number that somebody else set stays, and EKS refuses a minimum above it", async (context) => {
    const engine = await temporaryEngine(context);
    await engine.run("up", "dev-aws");
    const world = engine.world("aws");
    const group = only(world, "aws:eks/nodeGroup:NodeGroup");
    assert.ok(isObject(group.inputs.scalingConfig));
    const scalingConfig = { ...group.inputs.scalingConfig, desiredSize: 5 };
    world.replaceProperties(group.type, group.id, { ...group.inputs, scalingConfig }, group.outputs);

    await engine.run("refresh", "dev-aws");
    assert.deepEqual(Object.keys(await engine.run("up", "dev-aws")), ["same"]);
    const settings = { "trinity:nodes": { minimum: 4, maximum: 8 } };
    assert.equal((await engine.run("up", "dev-aws", { settings })).update, 1);
    const scaled = only(world, group.type).inputs.scalingConfig;
    assert.deepEqual(scaled, { minSize: 4, desiredSize: 5, maxSize: 8 });

    const above = { "trinity:nodes": { minimum: 6, maximum: 8 } };
    await assert.rejects(
      engine.run("up", "dev-aws", { settings: above }),
      /Minimum capacity 6 can't be greater than desired size 5/,
    );
  });
});

function only(world: World, type: string) {
  const [record, ...others] = world.list(type);
  assert.ok(record !== undefined && others.length === 0);
  return record;
}
