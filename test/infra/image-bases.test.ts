import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { imageBases } from "../../infra/image-bases";

const digest = `sha256:${"a1".repeat(32)}`;

describe("what an image stands on", () => {
  const dockerfile = `
ARG NODE=registry.example.com/node:24
ARG TOOLS
FROM --platform=$BUILDPLATFORM \${TOOLS} AS tools
ARG NODE=not-this-one
FROM \${NODE} AS base
FROM scratch AS none
FROM $NODE
COPY --from=tools /a /b
`;

  test("is told by the last stage, with the arguments of the build", () => {
    assert.deepEqual(imageBases(dockerfile, { TOOLS: `tools@${digest}` }), {
      all: [
        { name: "tools", digest },
        { name: "registry.example.com/node:24", digest: undefined },
        { name: "registry.example.com/node:24", digest: undefined },
      ],
      last: { name: "registry.example.com/node:24", digest: undefined },
    });
    const { last } = imageBases(dockerfile, { NODE: `mirror.example.com:5000/node:24@${digest}` });
    assert.deepEqual(last, { name: "mirror.example.com:5000/node:24", digest });
  });

  test("is that of the stage before, where one stage begins with another", () => {
    const { all, last } = imageBases(`FROM node@${digest} AS one\nFROM one AS two\nfrom two\n`, {});
    assert.deepEqual(last, { name: "node", digest });
    assert.deepEqual(all, [last]);
  });

  test("is nothing for scratch, and for what cannot be told", () => {
    for (const from of ["scratch", "${UNKNOWN}", "node:${VERSION:-24}"]) {
      assert.deepEqual(imageBases(`FROM ${from}\n`, {}), { all: [], last: undefined });
    }
  });

  test("is told of this repository's own apps", () => {
    const bases = (app: string) => {
      const dockerfile = path.join(__dirname, "../../apps", app, "Dockerfile");
      const { all, last } = imageBases(fs.readFileSync(dockerfile, "utf8"), {});
      return [all.length, last === undefined ? "nothing" : "something"];
    };
    assert.deepEqual(bases("mandelbrot"), [2, "something"]);
    assert.deepEqual(bases("hello"), [1, "something"]);
    assert.deepEqual(bases("fortune"), [1, "nothing"], "a static program needs no base");
  });
});
