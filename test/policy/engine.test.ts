import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { policyAwareEngine, policyPack, policyResult, preparePolicyPack } from "../../rehearsal/engine/policy";
import { homePaths } from "../../rehearsal/paths";
import { temporaryFolder } from "../support/simulation";

test("an engine that commands call by themselves is handed the pack that it can run, and every other word as it is", (context) => {
  const paths = homePaths(temporaryFolder(context));
  const pulumi = path.join(paths.root, "engine");
  fs.writeFileSync(pulumi, '#!/bin/sh\nfor word do printf "%s\\n" "$word"; done\n', { mode: 0o755 });
  const folder = policyAwareEngine({ paths, pulumi });
  const run = (...words: string[]) =>
    execFileSync(path.join(folder, "pulumi"), words, { encoding: "utf8" }).trimEnd().split("\n");
  assert.deepEqual(run("preview", "--policy-pack", "policy", "--stack", "a b"), [
    "preview",
    "--policy-pack",
    preparePolicyPack({ paths }, policyPack),
    "--stack",
    "a b",
  ]);
  assert.deepEqual(run("stack", "ls"), ["stack", "ls"]);
});

test("what a rule said is read from the engine's event, without colours", () => {
  const event = {
    policyName: "tags",
    enforcementLevel: "mandatory",
    resourceUrn: "urn:1",
    message: "<{%fg 1%}>no<{%reset%}>\n",
  };
  assert.deepEqual(policyResult(event), { rule: "tags", level: "mandatory", urn: "urn:1", message: "no" });
  const advice = policyResult({ ...event, enforcementLevel: "warning", resourceUrn: "" });
  assert.deepEqual([advice.level, advice.urn], ["advisory", undefined]);
});
