import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../infra/input-error";
import { imageTag, longestTag } from "../../infra/tag";

const commit = "36f1855b6a8139ea26be13dc6616477f30d3b4e1";
const time = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const ociTag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

describe("an image's tag", () => {
  const table: [string, Parameters<typeof imageTag>[0], string][] = [
    ["the commit", { commit, time }, `sha-${commit}`],
    ["the pull request", { commit, time, pullRequest: 12 }, `pr-12-${commit}`],
    ["the branch", { commit, time, branch: "main" }, `main.20260102-030405.${commit}`],
    ["a branch with a slash", { commit, time, branch: "feat/wörk #1" }, `feat-w-rk-1.20260102-030405.${commit}`],
    ["a branch with a dot first", { commit, time, branch: "..-x." }, `x.20260102-030405.${commit}`],
    ["the pull request before the branch", { commit, time, pullRequest: 1, branch: "main" }, `pr-1-${commit}`],
  ];
  for (const [what, parts, expected] of table) {
    test(`names ${what}`, () => {
      assert.equal(imageTag(parts), expected);
      assert.match(expected, ociTag);
    });
  }

  test("of a long branch keeps time and commit within the limit", () => {
    const tag = imageTag({ commit, time, branch: "b".repeat(500) });
    assert.equal(tag.length, longestTag);
    assert.match(tag, ociTag);
    assert.ok(tag.endsWith(`.20260102-030405.${commit}`));
  });

  test("does not depend on the machine's time zone", () => {
    const zone = process.env.TZ;
    try {
      process.env.TZ = "Pacific/Auckland";
      assert.match(imageTag({ commit, time, branch: "main" }), /20260102-030405/);
    } finally {
      if (zone === undefined) {
        delete process.env.TZ;
      } else {
        process.env.TZ = zone;
      }
    }
  });

  test("is refused for half a commit and for a branch without a usable character", () => {
    assert.throws(() => imageTag({ commit: commit.slice(0, 7), time }), /"36f1855" is no commit: 40 hexadecimal/);
    assert.throws(
      () => imageTag({ commit, time, branch: "日本" }),
      (error) => error instanceof InputError && /Branch "日本".*trinity:branch/.test(error.message),
    );
  });
});
