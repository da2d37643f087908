import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { createPainter } from "../../src/kernel/paint.js";
import { checkRequest } from "../../src/kernel/request.js";
import { chooseSample } from "../../src/stage/sample.js";

const view = { re: "-0.7", im: "0.3", span: 0.5, width: 300, height: 200, iterations: 200 };
const tiles = fc
  .record({ left: fc.nat(150), top: fc.nat(100), stride: fc.integer({ min: 1, max: 5 }) })
  .chain(({ left, top, stride }) =>
    fc.record({
      left: fc.constant(left),
      top: fc.constant(top),
      stride: fc.constant(stride),
      width: fc.integer({ min: 1, max: Math.ceil((view.width - left) / stride) }),
      height: fc.integer({ min: 1, max: Math.ceil((view.height - top) / stride) }),
    }),
  );
const painter = createPainter();

it("a sample of any tile is of pixels in it, and agrees with its counts", () => {
  fc.assert(
    fc.property(tiles, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (tile, random) => {
      const sample = chooseSample({ view, tile }, () => random);
      assert.doesNotThrow(() => checkRequest(sample.request));
      const counts = painter.paintCounts({ view, tile });
      const own = painter.paintCounts(sample.request);
      assert.ok(own.length <= 16);
      assert.ok(sample.agrees(counts, own));
      assert.ok(
        !sample.agrees(
          counts.map((count) => count + 1),
          own,
        ),
      );
    }),
    { numRuns: 60 },
  );
});

it("counts of which a part is wrong are found out, sooner or later", () => {
  const tile = { left: 0, top: 0, width: 200, height: 200, stride: 1 };
  const counts = painter.paintCounts({ view, tile });
  const wrong = counts.map((count, index) => (index % 200 < 50 ? count + 1 : count));
  let found = 0;
  for (let trial = 0; trial < 50; trial += 1) {
    const sample = chooseSample({ view, tile });
    found += sample.agrees(wrong, painter.paintCounts(sample.request)) ? 0 : 1;
  }
  assert.equal(found, 50, "a quarter of the columns holds one of four");
});
