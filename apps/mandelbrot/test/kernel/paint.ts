import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { compileWasm } from "../../build/wasm.js";
import { createPainter, loadModule, type Painter } from "../../src/kernel/paint.js";
import type { CountRequest, View } from "../../src/kernel/request.js";
import { kernelBytes, kernelModule } from "./module.js";
import { randomNumbers } from "./random.js";

const shallow: View = { re: "-0.7436", im: "0.1318", span: 0.003, width: 203, height: 151, iterations: 700 };
const deep: View = { re: "0", im: "1", span: 1e-40, width: 203, height: 151, iterations: 700 };

describe("paintCounts", () => {
  const scalar = createPainter();
  let simd: Painter;
  before(async () => {
    simd = createPainter(await kernelModule());
  });

  for (const [name, view] of [
    ["shallow", shallow],
    ["deep", deep],
  ] as const) {
    it(`gives a tile the counts that the whole ${name} view has there, whoever paints it`, () => {
      const whole = scalar.paintCounts({ view });
      const random = randomNumbers(5);
      for (let index = 0; index < 60; index += 1) {
        const stride = 1 + Math.floor(6 * random());
        const left = Math.floor(view.width * random());
        const top = Math.floor(view.height * random());
        const width = Math.ceil(Math.min(50, (view.width - left) / stride) * random()) || 1;
        const height = Math.ceil(Math.min(50, (view.height - top) / stride) * random()) || 1;
        const tile = { left, top, width, height, stride };
        const expected = Uint32Array.from({ length: width * height }, (_, pixel) => {
          const row = top + stride * Math.floor(pixel / width);
          return whole[row * view.width + left + stride * (pixel % width)] ?? 0;
        });
        assert.deepEqual(simd.paintCounts({ view, tile }), expected);
        assert.deepEqual(scalar.paintCounts({ view, tile }), expected);
      }
    });
  }

  it("may go from view to view, shallow and deep", () => {
    const expected = new Map([shallow, deep].map((view) => [view, scalar.paintCounts({ view })]));
    for (const view of [shallow, deep, deep, shallow, deep, shallow]) {
      assert.deepEqual(simd.paintCounts({ view: { ...view } }), expected.get(view));
    }
    assert.notDeepEqual(simd.paintCounts({ view: { ...deep, im: "1.0000000001" } }), expected.get(deep));
  });

  it("gives arrays that are the caller's own", () => {
    const first = simd.paintCounts({ view: deep });
    const copy = first.slice();
    simd.paintCounts({ view: shallow });
    assert.deepEqual(first, copy);
    assert.equal(first.buffer.byteLength, first.byteLength);
  });

  const wrong: readonly (readonly [string, CountRequest])[] = [
    ["view.span is NaN", { view: { ...shallow, span: Number.NaN } }],
    ["view.span is 0", { view: { ...shallow, span: 0 } }],
    ["view.span is 1e-300", { view: { ...shallow, span: 1e-300 } }],
    ["view.width is 0", { view: { ...shallow, width: 0 } }],
    ["view.height is 1.5", { view: { ...shallow, height: 1.5 } }],
    ["view.iterations is 1000000000", { view: { ...shallow, iterations: 1e9 } }],
    ["tile.left is 203", { view: shallow, tile: { left: 203, top: 0, width: 1, height: 1 } }],
    ["tile.width is 2", { view: shallow, tile: { left: 202, top: 0, width: 2, height: 1 } }],
    ["tile.height is 77", { view: shallow, tile: { left: 0, top: 0, width: 1, height: 77, stride: 2 } }],
    ["tile.stride is 0", { view: shallow, tile: { left: 0, top: 0, width: 1, height: 1, stride: 0 } }],
    ["tile.width \\* tile.height is", { view: { ...shallow, width: 5_000, height: 5_000 } }],
    ['"0,5" is not a decimal', { view: { ...shallow, re: "0,5" } }],
    ['"Infinity" is not a decimal', { view: { ...deep, im: "Infinity" } }],
    ["100 is beyond 64", { view: { ...shallow, re: "100" } }],
  ];
  for (const [message, request] of wrong) {
    it(`refuses: ${message}`, () => {
      assert.throws(() => simd.paintCounts(request), { name: "RequestError", message: new RegExp(message) });
    });
  }
});

describe("loadModule", () => {
  it("gives nothing for bytes that this WebAssembly does not know", () => {
    assert.equal(loadModule(new Uint8Array([0, 97, 115, 109, 9, 0, 0, 0])), undefined);
    assert.equal(createPainter(undefined).kernel, "scalar");
  });
});

describe("compileWasm", () => {
  it("gives the same bytes again, small and without imports", async () => {
    const bytes = await kernelBytes();
    assert.deepEqual(await compileWasm(), bytes);
    assert.ok(bytes.length < 16_384);
    assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(bytes)), []);
  });
});
