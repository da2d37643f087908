import assert from "node:assert/strict";
import { test } from "node:test";
import { registryRules } from "../../rehearsal/clouds/registry-rules";
import { openWorld } from "../../rehearsal/clouds/worlds";
import { temporaryFolder } from "../support/simulation";
import { holders } from "./registry-holders";

for (const { cloud, host, name, type, id, inputs = {}, outputs = {} } of holders) {
  test(`${cloud}: a repository that is made anew is another one, and one that is changed is the same`, (context) => {
    const folder = temporaryFolder(context);
    const rules = registryRules(folder);
    const world = openWorld(folder, cloud);
    context.after(() => {
      world.close();
    });
    const make = (readyAt: number) => {
      world.insert({ type, id, identity: null, inputs, outputs, readyAt, visibleAt: readyAt });
    };
    const ask = () => rules.repository(host, name);
    assert.equal(ask().exists, false);
    make(1);
    world.replaceProperties(type, id, { ...inputs, labels: { changed: "yes" } }, outputs);
    assert.deepEqual([ask().exists, ask().madeAt], [true, 1]);
    world.delete(type, id);
    assert.equal(ask().exists, false);
    make(2);
    assert.deepEqual([ask().exists, ask().madeAt], [true, 2]);
  });
}
