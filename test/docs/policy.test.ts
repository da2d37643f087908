import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { rules } from "../../policy/rules";

const text = fs.readFileSync(path.join(__dirname, "../../docs/policy.md"), "utf8");

/** What a rule judges, by the packages of its types. */
function judged(types: readonly string[]): string {
  const names = { aws: "AWS", gcp: "Google Cloud", "azure-native": "Azure" };
  const clouds = Object.entries(names).flatMap(([pkg, name]) =>
    types.some((type) => type.startsWith(`${pkg}:`)) ? [name] : [],
  );
  return types.includes("*") ? "every resource" : clouds.join(", ");
}

test("docs/policy.md lists every rule with its demand and what it judges, and none that does not exist", () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` *\| (.*?) *\| (.*?) *\|$/gm)].map(([, ...cells]) => cells);
  const known = rules.map((rule) => [
    rule.name,
    rule.demand,
    "checks" in rule ? judged(Object.keys(rule.checks)) : "the whole stack",
  ]);
  assert.deepEqual(rows, known);
});
