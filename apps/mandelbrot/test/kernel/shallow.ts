import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { kernelModule } from "./module.js";
import { escapeCount } from "../../src/kernel/count.js";
import { type Grid, offsets, points } from "../../src/kernel/grid.js";
import { doublePoint, referenceCount } from "../../src/kernel/reference.js";
import { scalarCounts } from "../../src/kernel/scalar.js";
import { createSimdKernel, type SimdKernel } from "../../src/kernel/simd.js";
import { randomNumbers } from "./random.js";

/** A view's points. */
function grid(re: number, im: number, span: number, width: number, height: number): Grid {
  const view = { re: String(re), im: String(im), span, width, height, iterations: 1 };
  return points({ re, im }, offsets(view, { left: 0, top: 0, width, height, stride: 1 }));
}

/** Name, points, iterations. */
const views: readonly (readonly [string, Grid, number])[] = [
  ["home", grid(-0.5, 0, 3, 150, 100), 300],
  ["home, many iterations", grid(-0.5, 0, 3, 61, 41), 20_000],
  ["home, few iterations", grid(-0.5, 0, 3, 64, 48), 7],
  ["home, one iteration", grid(-0.5, 0, 3, 9, 5), 1],
  ["home, as many iterations as a sweep", grid(-0.5, 0, 3, 40, 30), 24],
  ["home, one more", grid(-0.5, 0, 3, 40, 30), 25],
  ["home, two more", grid(-0.5, 0, 3, 40, 30), 26],
  ["far outside", grid(-0.5, 0, 50, 64, 64), 100],
  ["the rim of |c| = 2", grid(-1.2, 1.6, 1e-12, 64, 64), 50],
  ["the tip at -2", grid(-2, 0, 1e-12, 65, 65), 1_000],
  ["the cusp", grid(0.25, 0, 1e-3, 65, 65), 3_000],
  ["the cusp, near", grid(0.25, 0, 1e-9, 33, 33), 3_000],
  ["where the cardioid and the bulb touch", grid(-0.75, 0, 1e-4, 65, 65), 3_000],
  ["seahorse valley", grid(-0.743643887037151, 0.13182590420533, 0.01, 96, 96), 2_000],
  ["seahorse valley, deep", grid(-0.743643887037151, 0.13182590420533, 1e-10, 48, 48), 5_000],
  ["the period-3 island", grid(-1.7687, 0.0017, 0.01, 96, 96), 5_000],
  ["a dendrite", grid(0, 1, 1e-6, 64, 64), 2_000],
  ["period doubling", grid(-1.401155189, 0, 1e-3, 64, 64), 5_000],
];

/** The definition, at every point. */
function plainCounts({ re, im }: Grid, iterations: number): Uint32Array {
  return Uint32Array.from({ length: re.length * im.length }, (_, index) =>
    escapeCount(re[index % re.length] ?? 0, im[Math.floor(index / re.length)] ?? 0, iterations),
  );
}

describe("shallow kernels", () => {
  let simd: SimdKernel;
  before(async () => {
    simd = createSimdKernel(await kernelModule());
  });

  const simdCounts = (points: Grid, iterations: number) => {
    const counts = new Uint32Array(points.re.length * points.im.length);
    simd.shallowCounts(points, iterations, counts);
    return counts;
  };

  for (const [name, points, iterations] of views) {
    it(`follow the definition, bit for bit: ${name}`, () => {
      const expected = plainCounts(points, iterations);
      assert.deepEqual(scalarCounts(points, iterations), expected);
      assert.deepEqual(simdCounts(points, iterations), expected);
    });
  }

  it("follow it for random views of any size", () => {
    const random = randomNumbers(2);
    for (let index = 0; index < 120; index += 1) {
      const size = () => 1 + Math.floor(40 * random());
      const points = grid(-2.2 + 3 * random(), 2.4 * random() - 1.2, 2 ** (-35 * random()), size(), size());
      const iterations = 1 + Math.floor(1_500 * random());
      const expected = plainCounts(points, iterations);
      assert.deepEqual(scalarCounts(points, iterations), expected);
      assert.deepEqual(simdCounts(points, iterations), expected);
    }
  });

  it("settle a tile of which everything is queued", () => {
    const points = grid(-1.401155189, 1e-5, 1e-7, 160, 120);
    assert.deepEqual(simdCounts(points, 100), plainCounts(points, 100));
  });
});

describe("the definition in doubles", () => {
  it("agrees with arbitrary precision wherever rounding is far below a pixel", () => {
    const random = randomNumbers(3);
    let compared = 0;
    let equal = 0;
    while (compared < 2_000) {
      const re = -2 + 2.6 * random();
      const im = 1.2 * random();
      compared += 1;
      equal += escapeCount(re, im, 200) === referenceCount(doublePoint(re, im, 200), 200) ? 1 : 0;
    }
    assert.equal(equal, compared);
  });

  it("has the reference's edge cases", () => {
    for (const [re, im, count] of [
      [0, 0, 50],
      [-2, 0, 50],
      [2, 0, 2],
      [2.1, 0, 1],
      [0, 2, 2],
      [4, 4, 1],
      [0, 1, 50],
      [0.25, 0, 50],
    ] as const) {
      assert.equal(escapeCount(re, im, 50), count, `${re} + ${im} i`);
      assert.equal(referenceCount(doublePoint(re, im, 64), 50), count, `${re} + ${im} i`);
    }
  });
});
