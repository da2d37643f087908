import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { doubleRounder, fromDouble, parseFixed } from "../../src/kernel/fixed.js";
import { randomNumbers } from "./random.js";

describe("fixed-point numbers", () => {
  it("read decimals, rounded to nearest", () => {
    assert.equal(parseFixed("-0.75", 8), -192n);
    assert.equal(parseFixed("+.5", 4), 8n);
    assert.equal(parseFixed("2.", 4), 32n);
    assert.equal(parseFixed("125e-3", 3), 1n);
    assert.equal(parseFixed("0.0025E2", 2), 1n);
    assert.equal(parseFixed("0.3", 3), 2n);
    assert.equal(parseFixed("1e-300", 1_000), (2n ** 1_001n / 10n ** 300n + 1n) / 2n);
  });

  for (const text of [
    "",
    ".",
    "1e",
    "0x1",
    "1 ",
    "--1",
    "Infinity",
    "NaN",
    "1e1001",
    "65",
    "1e9999",
    "0".repeat(1_001),
  ]) {
    it(`refuse ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(() => parseFixed(text, 10), RangeError);
    });
  }

  it("take doubles and give them back", () => {
    const random = randomNumbers(1);
    for (const bits of [1_100, 1_000, 400]) {
      const toDouble = doubleRounder(bits);
      for (let index = 0; index < 500; index += 1) {
        const value = (random() - 0.5) * 2 ** Math.floor(-150 * random());
        assert.equal(toDouble(fromDouble(value, bits)), value);
      }
    }
    assert.equal(fromDouble(5e-324, 1_074), 1n);
    assert.equal(fromDouble(-1.5, 0), -2n);
  });

  it("round to the nearest double, halves to even", () => {
    const toDouble = doubleRounder(60);
    assert.equal(toDouble((1n << 60n) + (1n << 7n)), 1);
    assert.equal(toDouble((1n << 60n) + (1n << 7n) + 1n), 1 + Number.EPSILON);
    assert.equal(toDouble((1n << 60n) + (3n << 7n)), 1 + 2 * Number.EPSILON);
  });
});
