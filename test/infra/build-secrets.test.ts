import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { readBuildSecrets } from "../../infra/build-secrets";
import { appSettings } from "../../infra/settings/app";
import { readSettings } from "../../infra/settings/read";
import { temporaryFolder } from "../support/simulation";

describe("a build's secrets", () => {
  test("come from files and from variables", (context) => {
    const root = temporaryFolder(context);
    fs.writeFileSync(path.join(root, "npmrc"), "registry=a\n");
    const sources = {
      relative: { file: "npmrc" },
      absolute: { file: path.join(root, "npmrc") },
      variable: { environment: "TOKEN" },
    };
    assert.deepEqual(readBuildSecrets(root, sources, { TOKEN: "t" }), {
      relative: "registry=a\n",
      absolute: "registry=a\n",
      variable: "t",
    });
  });

  test("that are missing are named, with what to do", (context) => {
    const root = temporaryFolder(context);
    assert.throws(
      () => readBuildSecrets(root, { npmrc: { file: "none" } }),
      /trinity:buildSecrets\.npmrc: .*\/none cannot be read \(ENOENT\).*pulumi config set/,
    );
    assert.throws(
      () => readBuildSecrets(root, { npmrc: { environment: "NONE" } }, {}),
      /trinity:buildSecrets\.npmrc: the environment variable NONE is not set/,
    );
  });

  const read = (value: unknown) =>
    readSettings(
      appSettings,
      { stack: "dev-app", env: "dev", program: "app" },
      { "trinity:project": "trinity", "trinity:buildSecrets": JSON.stringify(value) },
    )["trinity:buildSecrets"];

  test("are set by where they are", () => {
    const value = { npmrc: { file: "~/.npmrc" }, "npm-ca": { environment: "CERTIFICATES" } };
    assert.deepEqual(read(value), value);
  });

  test("cannot be set by what they are", () => {
    for (const wrong of ["text", { file: "a", environment: "b" }, {}]) {
      assert.throws(() => read({ npmrc: wrong }), /buildSecrets\.npmrc: .*where the secret is: \{file: <path>\}/);
    }
    assert.throws(() => read({ "a b": { file: "c" } }), /buildSecrets/);
  });
});
