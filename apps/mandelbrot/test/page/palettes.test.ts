import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { colourCounts, defaultPalette, isPaletteName, paletteNames } from "../../src/picture/palettes.js";

const iterations = 5_000;
const counts = Uint32Array.from({ length: iterations }, (_, index) => index + 1);

describe("palettes", () => {
  for (const palette of paletteNames) {
    const pixels = colourCounts(counts, iterations, palette);
    const colour = (count: number) => [...pixels.subarray(4 * (count - 1), 4 * count)];

    it(`${palette}: black is inside the set, and nowhere else`, () => {
      assert.deepEqual(colour(iterations), [0, 0, 0, 255]);
      for (let count = 1; count < iterations; count += 1) {
        assert.ok(Math.max(...colour(count).slice(0, 3)) >= 40, `${count}: ${colour(count).join()}`);
      }
    });

    it(`${palette}: neighbouring counts have near colours, the nearer the greater they are`, () => {
      for (let count = 1; count < iterations - 1; count += 1) {
        const next = colour(count + 1);
        const step = Math.max(...colour(count).map((value, channel) => Math.abs(value - (next[channel] ?? 0))));
        assert.ok(step <= 1 + 160 / Math.sqrt(count), `${count}: ${step}`);
      }
    });

    it(`${palette}: a count has its colour whatever the iterations are`, () => {
      assert.deepEqual(colourCounts(Uint32Array.of(700), 100_000, palette), pixels.slice(4 * 699, 4 * 700));
      assert.deepEqual([...colourCounts(Uint32Array.of(700), 700, palette)], [0, 0, 0, 255]);
    });
  }

  it("go by name", () => {
    assert.ok(paletteNames.length >= 5);
    assert.equal(paletteNames[0], defaultPalette);
    assert.equal(isPaletteName("cividis"), true);
    assert.equal(isPaletteName("toString"), false);
  });
});
