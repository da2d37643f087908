import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Problem } from "../../src/http/problem.js";
import { formats, readRenderQuery } from "../../src/http/render-query.js";
import { checkRequest } from "../../src/kernel/request.js";
import { limits } from "../../src/limits.js";
import { paletteNames } from "../../src/picture/palettes.js";

/** The fields that a query is refused for. */
function refusedFields(query: string): string[] {
  try {
    readRenderQuery(query);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.status, 400);
    assert.ok(error.errors.every(({ rule, value }) => rule !== "" && value.length <= 81));
    return error.errors.map(({ field }) => field);
  }
  return [];
}

const coordinate = fc
  .tuple(fc.constantFrom("", "-", "+"), fc.integer({ min: 0, max: 3 }), fc.stringMatching(/^\d{0,60}$/))
  .map(([sign, whole, digits]) => `${sign}${whole}.${digits}`);

/** Queries that are right. */
const queries = fc
  .record({
    re: coordinate,
    im: coordinate,
    span: fc.double({ min: 1e-280, max: limits.span, noNaN: true }).map(String),
    width: fc.integer({ min: 1, max: 1_024 }),
    height: fc.integer({ min: 1, max: 1_024 }),
    iterations: fc.integer({ min: 1, max: limits.iterations }),
    stride: fc.integer({ min: 1, max: limits.stride }),
    format: fc.constantFrom(...formats),
    palette: fc.constantFrom(...paletteNames),
  })
  .chain((fields) =>
    fc
      .tuple(fc.integer({ min: 0, max: fields.width - 1 }), fc.integer({ min: 0, max: fields.height - 1 }))
      .map(([left, top]) => ({ ...fields, left, top })),
  );

function encode(fields: Readonly<Record<string, string | number>>): string {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
}

describe("the query of /api/render", () => {
  it("needs nothing: the whole set", () => {
    assert.deepEqual(readRenderQuery(""), {
      view: { re: "-0.5", im: "0", span: 3, width: 256, height: 256, iterations: 256 },
      tile: { left: 0, top: 0, width: 256, height: 256, stride: 1 },
      format: "png",
      palette: paletteNames[0],
    });
  });

  it("of any right fields asks the kernel for nothing that it refuses", () => {
    fc.assert(
      fc.property(queries, (fields) => {
        const query = readRenderQuery(encode(fields));
        assert.doesNotThrow(() => checkRequest(query));
        assert.equal(query.view.re, fields.re, "every digit stays");
        assert.ok(query.tile.width * query.tile.height <= limits.pixels);
      }),
    );
  });

  it("with one wrong field is refused for that one", () => {
    const bad = fc.constantFrom(
      ["re", "NaN"],
      ["re", "4.1"],
      ["im", "Infinity"],
      ["im", "1".repeat(1_001)],
      ["im", "1e99999"],
      ["re", "1e-5000"],
      ["span", "0"],
      ["span", "-1"],
      ["span", "1e-281"],
      ["span", "8.1"],
      ["width", "0"],
      ["width", "1e3"],
      ["width", "1048577"],
      ["height", "2.5"],
      ["height", "99999999999999999999"],
      ["iterations", "100001"],
      ["iterations", "0x10"],
      ["left", "-1"],
      ["stride", "65"],
      ["format", "gif"],
      ["palette", "__proto__"],
    );
    fc.assert(
      fc.property(queries, bad, (fields, [name = "", value = ""]) => {
        assert.deepEqual(refusedFields(encode({ ...fields, [name]: value })), [name]);
      }),
    );
  });

  it("of any characters is answered or refused, never anything else", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (query) => Array.isArray(refusedFields(query))));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("re", "span", "width", "left"), fc.string()), (fields) =>
        Array.isArray(refusedFields(encode(fields))),
      ),
    );
  });

  const refused: readonly (readonly [string, string[]])[] = [
    ["width=2000&height=2000", ["tileWidth * tileHeight"]],
    ["left=256", ["left"]],
    ["tileWidth=200&left=100", ["tileWidth"]],
    ["tileHeight=40&stride=8", ["tileHeight"]],
    ["re=1&re=2", ["re"]],
    ["format=webp&width=20000&height=1", ["tileWidth"]],
    ["depth=3", ["query"]],
    ["__proto__=1", ["query"]],
    [`re=${"1".repeat(5_000)}`, ["query"]],
    ["width=a&height=b&iterations=c", ["width", "height", "iterations"]],
  ];
  for (const [query, fields] of refused) {
    it(`is refused for ${fields.join(", ")}: ${query.slice(0, 40)}`, () => {
      assert.deepEqual(refusedFields(query), fields);
    });
  }

  it("may ask for a small tile of a view that is too large as a whole", () => {
    const { tile } = readRenderQuery("width=8192&height=8192&left=4096&top=4096&tileWidth=256&tileHeight=256");
    assert.deepEqual(tile, { left: 4096, top: 4096, width: 256, height: 256, stride: 1 });
  });
});
