import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { askAppOutputs, askCloudOutputs, parseAppOutputs, readAppOutputs } from "../../delivery/outputs";
import { InputError } from "../../infra/input-error";
import { repositoryRoot } from "../../infra/repository-root";
import { temporaryFolder } from "../support/simulation";
import { outputsOf } from "./platform";

const { signal } = new AbortController();
const good = outputsOf("mandelbrot", "a".repeat(40));

test("an app stack's outputs are read", () => {
  assert.deepEqual(parseAppOutputs("outputs", JSON.stringify(good)), good);
});

for (const [what, value, message] of [
  ["another version", { ...good, version: 2 }, /version 2 of the output contract, but this release knows version 1/],
  [
    "a field that the contract does not know",
    { ...good, extra: 1 },
    /outputs does not fit the output contract.*extra/s,
  ],
  ["a kubeconfig", { ...good, kubeconfig: "apiVersion: v1" }, /`kubeconfig` is a secret/],
  ["a secret that Pulumi masked", { ...good, digest: "[secret]" }, /`digest` is a secret/],
  ["a digest of another form", { ...good, digest: "sha512:ab" }, /digest/],
  ["a digest that is too short", { ...good, digest: "sha256:ab" }, /digest/],
  ["the tag latest", { ...good, tag: "latest" }, /tag "latest" does not say which commit.*never released/s],
  ["a tag without a commit", { ...good, tag: "v1.2.3" }, /tag "v1.2.3" does not say which commit/],
  ["an app's name that is none", { ...good, app: "../mandelbrot" }, /does not fit the output contract.*at app/s],
  ["no image", { ...good, images: {} }, /`images` names no cloud/],
  ["an unknown cloud", { ...good, images: { moon: "x" } }, /does not fit the output contract/],
  [
    "another digest in one cloud",
    { ...good, images: { ...good.images, gcp: `host/mandelbrot@sha256:${"0".repeat(64)}` } },
    /images\.gcp is .*one digest over all clouds/,
  ],
  [
    "an image without a digest",
    { ...good, images: { aws: "host/mandelbrot:latest" } },
    /images\.aws is "host\/mandelbrot:latest"/,
  ],
  ["another stack's outputs", [1], /does not fit/],
] as const) {
  test(`outputs with ${what} are refused`, () => {
    assert.throws(
      () => parseAppOutputs("outputs", JSON.stringify(value)),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
  });
}

test("a refusal never quotes a secret", () => {
  const value = { ...good, kubeconfig: "hunter2" };
  assert.throws(
    () => parseAppOutputs("outputs", JSON.stringify(value)),
    (error: Error) => !error.message.includes("hunter2"),
  );
});

test("a truncated file is refused by its name, a missing one too", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
  try {
    const file = path.join(folder, "outputs.json");
    fs.writeFileSync(file, JSON.stringify(good).slice(0, 50));
    await assert.rejects(readAppOutputs(file, signal), /outputs\.json: no JSON, or not all of it \(50 characters\)/);
    await assert.rejects(
      readAppOutputs(path.join(folder, "none.json"), signal),
      /none\.json cannot be read \(ENOENT\)/,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test("waiting for standard input ends with its signal", async () => {
  const script = `
    const { readAppOutputs } = require("./delivery/outputs.ts");
    readAppOutputs("-", AbortSignal.timeout(100)).catch((error) => { console.log(error.name); });`;
  // Standard input stays open, and nothing comes.
  const child = spawn(process.execPath, ["--import", "tsx", "--eval", script], { cwd: repositoryRoot });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close") as Promise<[number | null]>]);
  assert.deepEqual([said, code], ["AbortError\n", 0]);
});

test("a file of outputs that is missing is told with the stack that it is of", async (context) => {
  const source = { root: "/", folder: temporaryFolder(context), signal };
  await assert.rejects(
    askCloudOutputs("nosuch", "aws", source),
    /nosuch-aws\.json cannot be read \(ENOENT\)\. It is what `pulumi stack output --json` of stack nosuch-aws prints/,
  );
  await assert.rejects(askAppOutputs("dev", "shop", source), /of stack dev-shop prints/);
});

test("neither an environment nor an app leads out of the folder of outputs", async (context) => {
  const folder = path.join(temporaryFolder(context), "a", "b");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "../../x-mandelbrot.json"), JSON.stringify(good));
  const source = { root: "/", folder, signal };
  const noEnvironment = (error: Error) =>
    error instanceof InputError && error.message.startsWith('"../../x" is no environment\'s name');
  await assert.rejects(askCloudOutputs("../../x", "aws", source), noEnvironment);
  await assert.rejects(askAppOutputs("../../x", "mandelbrot", source), noEnvironment);
  await assert.rejects(askAppOutputs("dev", "../../../x-mandelbrot", source), /is no app's name/);
});
