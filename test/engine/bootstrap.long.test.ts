import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { identityNames } from "../../infra/access/identities";
import { cloudNames } from "../../infra/clouds";
import { bootstrapOutputs } from "../../infra/contract";
import { runPulumi } from "../../rehearsal/engine/pulumi";
import { stackOutputs } from "../../rehearsal/engine/state";
import { temporaryEngine } from "../support/engine";

/** With a bucket for state, which is all that a bootstrap stack can make. */
const settings = { "trinity:stateBucket": "true" };

describe("a bootstrap stack on the real engine", () => {
  for (const cloud of cloudNames) {
    test(`${cloud}: up, refresh and up without a change, destroy once the state is unprotected`, async (context) => {
      const engine = await temporaryEngine(context);
      const stack = `dev-bootstrap-${cloud}`;
      assert.deepEqual(Object.keys(await engine.run("up", stack, { settings })), ["create"]);

      const outputs = bootstrapOutputs.parse(await stackOutputs(engine.home, stack));
      assert.equal(outputs.cloud, cloud);
      assert.equal(outputs.env, "dev");
      assert.equal(new Set(Object.values(outputs.identities)).size, identityNames.length);
      assert.ok(outputs.state !== undefined);

      if (cloud === "aws") {
        // By the tags `project` and `env` the deploy identity knows what is its own: nothing of the bootstrap's may have them.
        const reachable = engine
          .world(cloud)
          .list()
          .filter(({ inputs }) => hasTag(inputs, "env"));
        assert.deepEqual(
          reachable.map(({ id }) => id),
          [],
        );
      }

      assert.deepEqual(Object.keys(await engine.run("up", stack, { settings, args: ["--refresh"] })), ["same"]);

      await assert.rejects(engine.run("destroy", stack, { settings }), /protected/);
      await runPulumi(engine.home, ["state", "unprotect", "--all", "--yes", "--stack", stack]);
      await engine.run("destroy", stack, { settings });
      const left = engine.world(cloud).list();
      assert.deepEqual(
        left.map((record) => `${record.type} ${record.id}`),
        [],
        "nothing is left in the cloud",
      );
    });
  }
});

function hasTag({ tags }: Readonly<Record<string, unknown>>, name: string): boolean {
  return typeof tags === "object" && tags !== null && name in tags;
}
