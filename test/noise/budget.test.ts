import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import type { Step } from "../../ci/engine/steps";
import { cloudNames } from "../../infra/clouds";
import { teamChanges } from "../../rehearsal/noise/changes";
import { forbiddenEntries, overBudget } from "../../rehearsal/noise/judge";
import { editFiles } from "../../rehearsal/noise/working-copy";
import { temporaryFolder } from "../support/simulation";

function step(change: Step["change"], type: string): Step {
  return {
    change,
    type,
    urn: `urn:pulumi:dev-aws::trinity::${type}::name`,
    name: "name",
    properties: [],
    forcedBy: [],
  };
}

test("no change may replace what an environment stands on, or what is in a cluster", () => {
  for (const { name, budget } of teamChanges) {
    for (const cloud of cloudNames) assert.deepEqual(forbiddenEntries(budget[cloud]), [], `${name} on ${cloud}`);
  }
  assert.deepEqual(
    forbiddenEntries({ replace: ["aws:eks/cluster:Cluster", "aws:ec2/launchTemplate:LaunchTemplate"] }),
    ["aws:eks/cluster:Cluster"],
  );
  assert.deepEqual(forbiddenEntries({ delete: ["kubernetes:core/v1:Namespace"] }), ["kubernetes:core/v1:Namespace"]);
});

test("what a budget does not name is over it; the engine's own providers may be made and changed", () => {
  const budget = { update: ["aws:eks/cluster:Cluster"] };
  const within = [step("update", "aws:eks/cluster:Cluster"), step("create", "pulumi:providers:aws")];
  const over = [
    step("replace", "aws:eks/cluster:Cluster"),
    step("update", "aws:eks/nodeGroup:NodeGroup"),
    step("replace", "pulumi:providers:kubernetes"),
  ];
  assert.deepEqual(overBudget([...within, ...over], budget), over);
});

test("an edit is taken back; one that changes nothing is a fault", (context) => {
  const folder = temporaryFolder(context);
  fs.writeFileSync(path.join(folder, "a.ts"), "one");
  const undo = editFiles(folder, { "a.ts": (contents) => contents.replace("one", "two"), "apps/new/app.yaml": "x" });
  assert.equal(fs.readFileSync(path.join(folder, "a.ts"), "utf8"), "two");
  undo();
  assert.equal(fs.readFileSync(path.join(folder, "a.ts"), "utf8"), "one");
  assert.ok(!fs.existsSync(path.join(folder, "apps/new")));
  assert.throws(() => editFiles(folder, { "a.ts": (contents) => contents }), /a\.ts: the edit changes nothing/);
});
