import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { depthSteps, iterationsFor } from "../../src/page/depth.js";
import { zoomText } from "../../src/page/zoom-text.js";

describe("iterations", () => {
  it("grow with the zoom, up to what a request may ask for", () => {
    const all = [2.8, 1, 1e-3, 1e-10, 1e-25, 1e-50, 1e-270].map((span) => iterationsFor(span, 0));
    assert.equal(all[0], 256);
    assert.deepEqual(
      all,
      all.toSorted((one, other) => one - other),
    );
    assert.equal(all.at(-1), 100_000);
  });

  it("bend by a factor of two in two steps, within the limits of requests", () => {
    assert.equal(iterationsFor(2.8, 2), 512);
    assert.equal(iterationsFor(2.8, -2), 128);
    assert.equal(iterationsFor(2.8, -depthSteps), 16);
    assert.equal(iterationsFor(1e-270, depthSteps), 100_000);
    assert.equal(iterationsFor(1e-270, -2), 50_000);
  });
});

describe("the zoom in words", () => {
  for (const [span, expected] of [
    [2.8, "1"],
    [5.6, "0.5"],
    [0.0028, "1.0e3"],
    [2.8e-270, "1.0e270"],
    [0.0123, "228"],
  ] as const) {
    it(`of a span of ${span} is ${expected}`, () => {
      assert.equal(zoomText(span), expected);
    });
  }
});
