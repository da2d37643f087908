import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { takeIn } from "../../ci/engine/state";
import { settleCreates } from "../../rehearsal/engine/adopt";
import type { StackState, StateResource } from "../../rehearsal/engine/state";
import { temporaryWorld } from "../support/simulation";

const type = "aws:ec2/vpc:Vpc";
const resource = (name: string, more: Partial<StateResource> = {}): StateResource => ({ urn: name, type, ...more });

describe("a resource whose creation was cut off takes its place in the state", () => {
  const [before, after] = [resource("before"), resource("after")];
  const created = resource("app", { id: "new" });
  const table: [string, StateResource[], StateResource[]][] = [
    ["last, when nothing had its URN", [before, after], [before, after, created]],
    [
      "before what it replaces, which is then to be deleted",
      [before, resource("app", { id: "old" }), after],
      [before, created, resource("app", { id: "old", delete: true }), after],
    ],
    [
      "of what was deleted first",
      [before, resource("app", { id: "old", pendingReplacement: true }), after],
      [before, created, after],
    ],
    [
      "before every one that is still to be deleted",
      [resource("app", { id: "old" }), before, resource("app", { id: "older", delete: true })],
      [created, resource("app", { id: "old", delete: true }), before, resource("app", { id: "older", delete: true })],
    ],
  ];
  for (const [what, resources, expected] of table) {
    test(what, () => {
      assert.deepEqual(takeIn(resources, created), expected);
    });
  }
});

test("no two creations are given one resource of a cloud, and one that none holds is forgotten", (context) => {
  const world = temporaryWorld(context, "aws");
  const inputs = { cidrBlock: "10.0.0.0/16" };
  for (const id of ["vpc-1", "vpc-2", "vpc-3"]) {
    world.insert({ type, id, identity: null, inputs, outputs: {}, readyAt: 0, visibleAt: 0 });
  }
  const state: StackState = {
    deployment: {
      resources: [resource("known", { id: "vpc-1" })],
      pending_operations: [
        { type: "creating", resource: resource("one", { inputs }) },
        { type: "updating", resource: resource("known", { id: "vpc-1" }) },
        { type: "creating", resource: resource("other", { inputs: { cidrBlock: "10.9.0.0/16" } }) },
        { type: "creating", resource: resource("two", { inputs }) },
      ],
    },
  };
  const { deployment } = settleCreates(state, state.deployment, [world]);
  assert.deepEqual(
    deployment.resources?.map(({ urn, id }) => [urn, id]),
    [
      ["known", "vpc-1"],
      ["one", "vpc-2"],
      ["two", "vpc-3"],
    ],
  );
  assert.deepEqual(
    deployment.pending_operations?.map((operation) => operation.type),
    ["updating"],
  );
});
