import assert from "node:assert/strict";
import test from "node:test";
import { isAtLeast } from "../../rehearsal/tools/version";

const cases: readonly (readonly [found: string, minimum: string, expected: boolean])[] = [
  ["3.259.0", "3.259.0", true],
  ["v3.259.0", "3.259.0", true],
  ["3.260.0", "3.259.0", true],
  ["3.99.0", "3.259.0", false],
  ["4.0.0", "3.259.0", true],
  ["3.258.9", "3.259.0", false],
  ["3.259.0-alpha.1", "3.259.0", false],
  ["3.260.0-alpha.1", "3.259.0", true],
  ["1.0.0-rc.2", "1.0.0-rc.10", false],
  ["1.0.0-rc.10", "1.0.0-rc.2", true],
  ["1.0.0", "1.0.0-rc.2", true],
  ["1.1.5+ds1-1+deb12u1", "1.1.5", true],
  ["1.26", "1.21.0", true],
  ["5", "5.0.0", true],
  ["unknown", "1.0.0", false],
  ["", "1.0.0", false],
];

for (const [found, minimum, expected] of cases) {
  test(`"${found}" is ${expected ? "" : "not "}at least ${minimum}`, () => {
    assert.equal(isAtLeast(found, minimum), expected);
  });
}

test("a minimum that is no version is a mistake in the table", () => {
  assert.throws(() => isAtLeast("1.0.0", "latest"), /"latest" is not of the form 1\.2\.3/);
});
