import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../../rehearsal/paths";
import { readText, workflowNames } from "../workflows/read";

const page = fs.readFileSync(path.join(repositoryRoot, "docs", "workflows.md"), "utf8");
const firstCells = (heading: string) => {
  const section = page.split(`${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name ?? "");
};

test("docs/workflows.md tells of every workflow", () => {
  assert.deepEqual(firstCells("# Workflows").sort(), [...workflowNames].sort());
});

test("docs/workflows.md tells of every variable and secret that the workflows use", () => {
  const texts = workflowNames.map((name) => readText("workflows", `${name}.yml`)).join("\n");
  const used = [...texts.matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name ?? "");
  const told = firstCells("## What the repository needs");
  // Read by `ci login`, from all variables together.
  const byLogin = ["TRINITY_<ENV>_<CLOUD>", "TRINITY_<ENV>_BACKEND"];
  assert.deepEqual([...new Set([...used, ...byLogin])].sort(), [...told].sort());
});
