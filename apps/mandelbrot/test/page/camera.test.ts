import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFixed } from "../../src/kernel/fixed.js";
import {
  type Camera,
  cameraAt,
  coordinateBits,
  moved,
  pixelLimits,
  pixelsBetween,
  pointBeside,
  spanOf,
  zoomAbout,
} from "../../src/page/camera.js";

const screen = { width: 1000, height: 600 };

function at(re: string, im: string, pixel: number): Camera {
  return { re: parseFixed(re, coordinateBits), im: parseFixed(im, coordinateBits), pixel };
}

describe("the camera", () => {
  it("shows its span across the shorter side", () => {
    const camera = cameraAt(at("-0.7", "0", 0), 2.4, screen);
    assert.equal(camera.pixel, 0.004);
    assert.equal(spanOf(camera, screen), 2.4);
  });

  it("moves against a drag, downwards to smaller imaginary parts", () => {
    const camera = moved(at("0", "0", 2 ** -10), screen, { k: 1, x: 64, y: 32 });
    assert.deepEqual(camera, at("-0.0625", "0.03125", 2 ** -10));
  });

  it("comes back to the same place, however deep", () => {
    const start = at("-0.25", "0.5", 2 ** -890);
    const there = moved(start, screen, { k: 1, x: 123, y: -45 });
    assert.notDeepEqual(there, start);
    assert.deepEqual(moved(there, screen, { k: 1, x: -123, y: 45 }), start);
  });

  for (const pixel of [2 ** -9, 2 ** -60, 2 ** -880]) {
    it(`keeps the point under the pointer while zooming, at a pixel of ${pixel}`, () => {
      const start = at("-0.25", "0.5", pixel);
      const under = pointBeside(start, pixel, 300 - 500, 200 - 300);
      const after = moved(start, screen, zoomAbout(start, screen, 3, 300, 200));
      const offset = pixelsBetween(after, under, after.pixel);
      assert.ok(Math.abs(offset.x + 200) < 1e-6 && Math.abs(offset.y + 100) < 1e-6, JSON.stringify(offset));
    });
  }

  it("zooms no farther than its limits", () => {
    const { least, most } = pixelLimits(screen);
    const camera = at("0", "0", 0.001);
    const deepest = moved(camera, screen, zoomAbout(camera, screen, 1e300, 0, 0)).pixel;
    assert.ok(deepest >= least && deepest / least < 1 + 1e-15);
    const widest = moved(camera, screen, zoomAbout(camera, screen, 1e-9, 0, 0)).pixel;
    assert.ok(widest <= most && widest / most > 1 - 1e-15);
  });

  it("loses the set from sight never for good", () => {
    const camera = moved(at("1.9", "0", 0.005), screen, { k: 1, x: -100_000, y: -100_000 });
    assert.deepEqual(camera, at("2", "-2", 0.005));
  });
});
