import assert from "node:assert/strict";
import { test } from "node:test";
import { fillIn, journeys, readGuide } from "./first-run/guide";

test("every block of docs/first-run.md is in a section that a journey follows", () => {
  const followed = Object.values(journeys).flat();
  const left = readGuide().filter(({ section }) => !followed.includes(section));
  assert.deepEqual(
    left.map(({ place, section }) => `${place}: ${section}`),
    [],
    "add the section to a journey in test/docs/first-run/guide.ts",
  );
});

test("every section that a journey follows has a block, and every block is one to run or to write", () => {
  const blocks = readGuide();
  const empty = Object.values(journeys)
    .flat()
    .filter((name) => !blocks.some(({ section }) => section === name));
  assert.deepEqual(empty, []);
  const other = blocks.filter(({ language }) => language !== "sh" && language !== "yaml");
  assert.deepEqual(
    other.map(({ place, language }) => `${place}: ${language}`),
    [],
  );
});

test("blocks are read from lists too, each with its section and the file that it is for", () => {
  const text =
    "# A\n\n1. In `stacks/Pulumi.x.yaml`:\n\n   ```yaml\n   config:\n     a: b\n   ```\n\n## B\n\n```sh\nls\n```\n";
  assert.deepEqual(
    readGuide(text).map(({ section, language, text, file, place }) => [section, language, text, file, place]),
    [
      ["A", "yaml", "config:\n  a: b", "stacks/Pulumi.x.yaml", "docs/first-run.md:5"],
      ["B", "sh", "ls", "stacks/Pulumi.x.yaml", "docs/first-run.md:12"],
    ],
  );
  assert.throws(() => readGuide("```sh\nls\n"), /docs\/first-run\.md:1: the block does not end/);
});

test("placeholders are filled in outside of comments, and one without a value is an error", () => {
  const at = (text: string) => ({ text, place: "docs/first-run.md:1" });
  const values = { OWNER: "acme", "<b>": (seen: string) => seen.toUpperCase(), "…": "secret" };
  assert.equal(
    fillIn(at("gh api --method PUT repos/OWNER '<b>' TRINITY_DEV_AWS $PWD # <c>"), values, "x"),
    "gh api --method PUT repos/acme 'X' TRINITY_DEV_AWS $PWD # <c>",
  );
  assert.throws(() => fillIn(at("ls NAME"), values, ""), /docs\/first-run\.md:1: no value for NAME/);
});
