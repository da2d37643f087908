import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { declaredArguments } from "../../rehearsal/base-image/arguments";
import { findGo, goContents } from "../../rehearsal/base-image/go-contents";
import { tar } from "../../rehearsal/base-image/tar";
import { repositoryRoot } from "../../rehearsal/paths";

test("the stand-in for Go has what a build without cgo takes where the official image has it, and no more", async () => {
  const go = await findGo();
  const entries = await goContents(go);
  const paths = new Set(entries.map((entry) => entry.path));
  const tools = `usr/local/go/pkg/tool/linux_${process.arch === "arm64" ? "arm64" : "amd64"}`;
  for (const file of ["bin/go", "VERSION", "go.env", "pkg/include/textflag.h", "src/net/http/server.go"]) {
    assert.ok(paths.has(`usr/local/go/${file}`), file);
  }
  for (const tool of ["asm", "compile", "link"]) {
    assert.equal(entries.find((entry) => entry.path === `${tools}/${tool}`)?.mode, 0o755, tool);
  }
  for (const file of paths)
    assert.doesNotMatch(file, /_test\.go$|\/testdata\/|^usr\/local\/go\/(src\/cmd|test|api|doc)\//);
  const size = entries.reduce((sum, { contents }) => sum + (contents?.length ?? 0), 0);
  assert.ok(size < 150e6, `${size} bytes`);
  assert.deepEqual([...paths], [...paths].sort());
  assert.ok(tar(await goContents(go)).equals(tar(entries)), "the same each time");
});

test("build arguments are those that a Dockerfile declares", () => {
  const cases: readonly [string, string[]][] = [
    ["ARG A=1\nFROM ${A}\n", ["A"]],
    ["FROM scratch\nARG TARGETOS TARGETARCH\n  arg B\nARG A=x\nARG A\n", ["TARGETOS", "TARGETARCH", "B", "A"]],
    ["# ARG NO\nENV ARG=1\n", []],
  ];
  for (const [dockerfile, names] of cases) assert.deepEqual(declaredArguments(dockerfile), names);
});

test("every app's Dockerfile names its images by arguments that have stand-ins", () => {
  const declared = (app: string) =>
    declaredArguments(fs.readFileSync(path.join(repositoryRoot, "apps", app, "Dockerfile"), "utf8")).filter((name) =>
      name.endsWith("_IMAGE"),
    );
  assert.deepEqual(declared("hello"), ["NODE_IMAGE"]);
  assert.deepEqual(declared("fortune"), ["GO_IMAGE"]);
  assert.deepEqual(declared("mandelbrot"), ["NODE_IMAGE", "BUILD_IMAGE"]);
});
