import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFixed } from "../../src/kernel/fixed.js";
import { cameraAt, coordinateBits, pixelsBetween } from "../../src/page/camera.js";
import { formatFixed, placesFor } from "../../src/page/decimal.js";
import { formatLink, home, parseLink } from "../../src/page/link.js";

const screen = { width: 1920, height: 1080 };

describe("decimals", () => {
  for (const [text, places, expected] of [
    ["-0.7", 3, "-0.7"],
    ["0.12345", 3, "0.123"],
    ["-0.9999", 2, "-1"],
    ["0.0005", 3, "0.001"],
    ["0.00049", 3, "0"],
    ["1e-250", 251, `0.${"0".repeat(249)}1`],
  ] as const) {
    it(`write ${text} with ${places} places as ${expected.slice(0, 10)}`, () => {
      assert.equal(formatFixed(parseFixed(text, coordinateBits), coordinateBits, places), expected);
    });
  }

  it("have as many places as pixels need", () => {
    assert.equal(placesFor(0.0026), 6);
    assert.equal(placesFor(1e-30), 33);
  });
});

describe("a link", () => {
  for (const span of [2.8, 1e-5, 1e-17, 1e-100, 1e-269]) {
    it(`leads back to where it was made, at a span of ${span}`, () => {
      const digits = "743643887037158704752191506114774".repeat(9);
      const point = { re: parseFixed(`-0.${digits}`, coordinateBits), im: parseFixed(`0.1${digits}`, coordinateBits) };
      const camera = cameraAt(point, span, screen);
      const link = formatLink(camera, screen, "ember", -2);
      const place = parseLink(link);
      const again = cameraAt(place, place.span, screen);
      const { x, y } = pixelsBetween(camera, again, camera.pixel);
      assert.ok(Math.abs(x) <= 1e-3 && Math.abs(y) <= 1e-3, `${x}, ${y}`);
      assert.ok(Math.abs(again.pixel / camera.pixel - 1) < 1e-5);
      assert.equal(formatLink(again, screen, place.palette, place.bend), link);
      assert.ok(link.length < 70 - 2 * Math.log10(span) * 1.1 + 40, `${link.length} characters`);
    });
  }

  it("says nothing of a depth that is not bent", () => {
    assert.equal(formatLink(cameraAt(home, 2.8, screen), screen, "dusk", 0), "#re=-0.7&im=0&span=2.8&palette=dusk");
  });

  for (const link of ["", "#", "#re=x&im=1e9&span=-3&palette=none&depth=1.5", "#span=Infinity&depth=99&re=", "#%%%"]) {
    it(`leads home where it makes no sense: ${link}`, () => {
      assert.deepEqual(parseLink(link), home);
    });
  }
});
