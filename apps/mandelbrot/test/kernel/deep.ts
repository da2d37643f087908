import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { kernelModule } from "./module.js";
import { orbitBits } from "../../src/kernel/orbit.js";
import { createPainter, isDeep, type Painter } from "../../src/kernel/paint.js";
import { pixelPoint, referenceCount } from "../../src/kernel/reference.js";
import type { View } from "../../src/kernel/request.js";
import { islands } from "./islands.js";
import { randomNumbers } from "./random.js";

interface Case {
  readonly name: string;
  readonly view: View;
  /** Pixels to compare with the reference; all if left out. */
  readonly samples?: number;
  /** Kinds of counts that the view must have at least, so that it shows something. */
  readonly kinds?: number;
}

const seahorse = { re: "-0.743643887037158704752191506114774", im: "0.131825904205311970493132056385139" };

const cases: readonly Case[] = [
  ...islands.flatMap(({ name, re, im, size, iterations }) => [
    {
      name: `${name}, all of it`,
      view: { re, im, span: 9 * size, width: 20, height: 20, iterations },
      samples: size < 1e-150 ? 12 : 100,
      kinds: 50,
    },
    {
      name: `${name}, from afar`,
      view: { re, im, span: 1e5 * size, width: 20, height: 15, iterations },
      samples: size < 1e-150 ? 20 : 60,
      kinds: 10,
    },
  ]),
  ...[1e-13, 1e-20, 1e-50, 1e-100, 1e-200, 1e-280].map((span) => ({
    name: `the dendrite at i, ${span} wide`,
    view: { re: "0", im: "1", span, width: 31, height: 21, iterations: 2_000 },
    samples: span < 1e-150 ? 30 : 150,
    kinds: 10,
  })),
  {
    name: "seahorse valley, 1e-14",
    view: { ...seahorse, span: 1e-14, width: 32, height: 32, iterations: 10_000 },
    samples: 20,
    kinds: 100,
  },
  {
    name: "the tip at -2",
    view: { re: "-2", im: "0", span: 1e-30, width: 33, height: 17, iterations: 1_000 },
    kinds: 5,
  },
  {
    name: "the circle |c| = 2",
    view: { re: "1.2", im: "1.6", span: 1e-30, width: 32, height: 32, iterations: 100 },
    kinds: 2,
  },
  {
    name: "a centre at 0",
    view: { re: "0", im: "-0", span: 1e-200, width: 9, height: 9, iterations: 5_000 },
    samples: 20,
  },
  {
    name: "period doubling",
    view: { re: "-1.401155189092050606", im: "0", span: 1e-16, width: 12, height: 12, iterations: 3_000 },
    samples: 30,
  },
  {
    name: "a centre that escapes first",
    view: {
      re: "-1.7548776662466927600495088963585286918946066",
      im: "1e-9",
      span: 2e-13,
      width: 33,
      height: 33,
      iterations: 4_000,
    },
    samples: 60,
  },
  { name: "far outside", view: { re: "-30.5", im: "8", span: 1e-20, width: 8, height: 8, iterations: 10 } },
];

describe("deep kernels", () => {
  const scalar = createPainter();
  let simd: Painter;
  before(async () => {
    simd = createPainter(await kernelModule());
    assert.equal(simd.kernel, "simd");
  });

  for (const { name, view, samples, kinds = 1 } of cases) {
    it(`agree with arbitrary precision and with each other: ${name}`, () => {
      assert.ok(isDeep(view));
      const counts = scalar.paintCounts({ view });
      assert.deepEqual(simd.paintCounts({ view }), counts);
      assert.ok(new Set(counts).size >= kinds, `only ${new Set(counts).size} kinds of counts`);
      const random = randomNumbers(4);
      const pixels = view.width * view.height;
      for (let index = 0; index < (samples ?? pixels); index += 1) {
        const pixel = samples === undefined ? index : Math.floor(random() * pixels);
        const column = pixel % view.width;
        const row = Math.floor(pixel / view.width);
        const expected = referenceCount(pixelPoint(view, column, row, orbitBits(view) + 64), view.iterations);
        assert.equal(counts[pixel], expected, `column ${column}, row ${row}`);
      }
    });
  }

  it("agree in nearly all pixels where each holds a chaos of its own", () => {
    // 16,000 iterations, and counts that differ by hundreds from one pixel to the next: of 1,851 pixels of such a view
    // (48 x 48), 1,846 agreed without leaps, 1,844 with them.
    const view: View = { ...seahorse, span: 1e-25, width: 48, height: 48, iterations: 30_000 };
    const counts = scalar.paintCounts({ view });
    assert.deepEqual(simd.paintCounts({ view }), counts);
    const random = randomNumbers(6);
    let unequal = 0;
    for (let index = 0; index < 60; index += 1) {
      const pixel = Math.floor(random() * counts.length);
      const point = pixelPoint(view, pixel % view.width, Math.floor(pixel / view.width), orbitBits(view) + 64);
      unequal += referenceCount(point, view.iterations) === counts[pixel] ? 0 : 1;
    }
    assert.ok(unequal <= 2, `${unequal} of 60 differ`);
  });

  it("go on seamlessly where shallow views end", () => {
    // The same pixels, once from a view just wide enough for doubles, once from one just too narrow.
    const wide: View = { re: "0", im: "1", span: 2 ** -40, width: 64, height: 64, iterations: 1_000 };
    const deep: View = { ...wide, span: 2 ** -41, width: 33, height: 33 };
    assert.ok(!isDeep(wide) && isDeep(deep));
    const difference = (view: View) =>
      [...simd.paintCounts({ view })].filter((count, pixel) => {
        const point = pixelPoint(view, pixel % view.width, Math.floor(pixel / view.width), 200);
        return referenceCount(point, view.iterations) !== count;
      }).length;
    assert.equal(difference(deep), 0);
    assert.ok(difference(wide) <= 0.02 * wide.width * wide.height);
  });
});
