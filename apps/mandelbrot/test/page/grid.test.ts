import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFixed } from "../../src/kernel/fixed.js";
import { checkRequest } from "../../src/kernel/request.js";
import { cameraAt, coordinateBits, moved, pixelsBetween, type Screen } from "../../src/page/camera.js";
import {
  areaOf,
  areaOfCell,
  type Cell,
  cellsIn,
  coarseQuery,
  type CountQuery,
  createGrid,
  type Grid,
  isFarOut,
  tileQuery,
} from "../../src/page/grid.js";

const screens: readonly Screen[] = [
  { width: 1920, height: 1080 },
  { width: 780, height: 1560 },
  { width: 3441, height: 1439 },
  { width: 200, height: 100 },
];

function gridAt(re: string, im: string, span: number, screen: Screen) {
  const point = { re: parseFixed(re, coordinateBits), im: parseFixed(im, coordinateBits) };
  const camera = cameraAt(point, span, screen);
  return { camera, grid: createGrid(camera, screen, 500) };
}

/** Where the top left pixel of a request is, in pixels of the grid from its origin. */
function placeOf(grid: Grid, query: CountQuery) {
  const centre = {
    re: parseFixed(String(query.re), coordinateBits),
    im: parseFixed(String(query.im), coordinateBits),
  };
  const { x, y } = pixelsBetween(grid.origin, centre, grid.pixel);
  return {
    x: x - Number(query.width) / 2 + Number(query.left),
    y: y - Number(query.height) / 2 + Number(query.top),
  };
}

function checkLimits(query: CountQuery): void {
  const number = (name: string) => Number(query[name]);
  const { re, im } = query;
  checkRequest({
    view: {
      ...{ re: String(re), im: String(im), span: number("span"), width: number("width"), height: number("height") },
      iterations: number("iterations"),
    },
    tile: {
      ...{ left: number("left"), top: number("top"), width: number("tileWidth"), height: number("tileHeight") },
      stride: number("stride") || 1,
    },
  });
  assert.ok(number("span") <= 8, `span ${number("span")}`);
  assert.ok(Math.abs(Number(re)) <= 4 && Math.abs(Number(im)) <= 4, `centre ${String(re)}, ${String(im)}`);
}

describe("the tiles of a grid", () => {
  for (const screen of screens) {
    it(`cover a screen of ${screen.width} x ${screen.height} with little to spare`, () => {
      const { camera, grid } = gridAt("-0.7", "0", 2.8, screen);
      const area = areaOf(grid, camera, screen);
      assert.ok(Math.abs(area.left) < 1e-6 && Math.abs(area.top) < 1e-6);
      const cells = cellsIn(grid, area, 0, 0);
      const pixels = cells.length * grid.tileWidth * grid.tileHeight;
      assert.ok(pixels >= screen.width * screen.height && pixels < 1.03 * screen.width * screen.height, String(pixels));
      assert.ok(grid.tileWidth <= 400 && grid.tileHeight <= 400);
    });
  }

  it("come nearest to the pointer first", () => {
    const { grid } = gridAt("0", "0", 1, { width: 1024, height: 1024 });
    const cells = cellsIn(grid, { left: 0, top: 0, right: 1024, bottom: 1024 }, 900, 100);
    assert.deepEqual(cells[0], { column: 2, row: 0 });
    assert.deepEqual(cells.at(-1), { column: 0, row: 2 });
    assert.equal(cells.length, 9);
  });

  for (const span of [6, 2.8, 1e-3, 1e-40, 1e-269]) {
    it(`are asked for where they are, within the limits of requests, at a span of ${span}`, () => {
      for (const screen of screens) {
        const { camera, grid } = gridAt("-1.9", "1.2", span, screen);
        for (const drag of [0, 700, -5_000, 40_000]) {
          const there = moved(camera, screen, { k: 1, x: drag, y: -drag });
          const area = areaOf(grid, there, screen);
          const cells = cellsIn(grid, area, 0, 0).filter((cell) => !isFarOut(grid, areaOfCell(grid, cell)));
          for (const cell of cells.slice(0, 12)) {
            const query = tileQuery(grid, cell);
            checkLimits(query);
            const place = placeOf(grid, query);
            const { left, top } = areaOfCell(grid, cell);
            assert.ok(
              Math.abs(place.x - left) < 1e-4 && Math.abs(place.y - top) < 1e-4,
              JSON.stringify({ place, left }),
            );
          }
          const whole = {
            left: Math.floor(area.left),
            top: Math.floor(area.top),
            right: Math.ceil(area.right),
            bottom: Math.ceil(area.bottom),
          };
          const coarse = coarseQuery(grid, whole, 8);
          checkLimits(coarse);
          assert.ok(Math.abs(placeOf(grid, coarse).x - whole.left) < 1e-4);
        }
      }
    });
  }

  it("share a view, and thus an orbit, with the coarse pass and with each other", () => {
    const screen = { width: 1920, height: 1080 };
    const { camera, grid } = gridAt("0", "1", 1e-100, screen);
    const area = areaOf(grid, camera, screen);
    const { re, im, span, width, height } = coarseQuery(grid, { left: 0, top: 0, right: 1920, bottom: 1080 }, 8);
    for (const cell of cellsIn(grid, area, 0, 0)) {
      const query = tileQuery(grid, cell);
      assert.deepEqual([query.re, query.im, query.span, query.width, query.height], [re, im, span, width, height]);
    }
  });

  it("are not asked for where every point escapes at once", () => {
    const { grid } = gridAt("0", "0", 4, { width: 1024, height: 1024 });
    const far = (cell: Cell) => isFarOut(grid, areaOfCell(grid, cell));
    assert.equal(far({ column: 5, row: 0 }), true);
    assert.equal(far({ column: 0, row: -2 }), true);
    assert.equal(far({ column: 0, row: 0 }), false);
  });
});
