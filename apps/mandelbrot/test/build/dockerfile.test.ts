import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { allocatorEnvironment, nodeFlags } from "../../build/node-flags.ts";

const app = path.resolve(import.meta.dirname, "../..");

// A Dockerfile cannot ask other files: what it says again is held to them here.
describe("the Dockerfile", () => {
  const dockerfile = readFileSync(path.join(app, "Dockerfile"), "utf8");

  test("starts Node.js as everything else does", () => {
    const [, command = "[]"] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
    assert.deepEqual(JSON.parse(command), [...nodeFlags, "/app/dist/main.js"]);
    for (const [name, value] of Object.entries(allocatorEnvironment)) {
      assert.match(dockerfile, new RegExp(`^ENV .*\\b${name}=${value}\\b`, "m"));
    }
  });

  test("describes the app as package.json does", () => {
    const { description, license } = JSON.parse(readFileSync(path.join(app, "package.json"), "utf8")) as {
      readonly description: string;
      readonly license: string;
    };
    assert.ok(dockerfile.includes(`org.opencontainers.image.description="${description}"`));
    assert.ok(dockerfile.includes(`org.opencontainers.image.licenses=${license}\n`));
  });
});
