import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { type AppOutputs, appOutputs } from "../../infra/contract";
import { testImage } from "./app-image";
import { type AppFixture, repositories, skip, startAppFixture } from "./app-fixture";

// One stack's life in order: each test begins where the one before it ended.
describe("the app's stack on the real engine", { skip }, () => {
  let app: AppFixture;
  let released: AppOutputs;

  before(async () => {
    app = await startAppFixture();
  });
  after(() => app.stop());

  it("builds nothing in a preview", async () => {
    const preview = await app.succeed("preview");
    assert.match(preview.text, /\+ 3 to create/);
    assert.equal(app.requests, 0);
  });

  it("makes one build, and one digest in three registries", async () => {
    const up = await app.succeed("up", "--yes", "--skip-preview");
    // Two steps, once for both platforms.
    assert.equal(new Set(up.text.match(/\[\S+ build \d\/\d\] RUN/g)).size, 2, up.text);
    assert.ok(!up.text.includes(app.secret));
    const outputs = await app.outputs();
    released = appOutputs.parse(outputs);
    const { digest } = released;
    assert.deepEqual(await app.digests(released.tag), [digest, digest, digest]);
    const images = Object.entries(repositories).map(([cloud, name]) => [cloud, `${name}@${digest}`]);
    assert.deepEqual(outputs, {
      version: 1,
      app: "mandelbrot",
      tag: `sha-${await app.head()}`,
      digest,
      images: Object.fromEntries(images) as unknown,
    });
  });

  it("keeps logins out of the state, and the build's secrets encrypted there", async () => {
    const state = await app.state();
    const readable = await app.state("--show-secrets");
    const basic = Buffer.from(`AWS:${app.services.token}`).toString("base64");
    assert.ok(readable.includes("docker-build:index:Image"));
    assert.ok(!readable.includes(app.services.token) && !readable.includes(basic));
    assert.ok(readable.includes(app.secret) && !state.includes(app.secret));
    assert.ok(!state.includes(Buffer.from(app.secret).toString("base64")));
  });

  testImage(
    () => app,
    () => released.digest,
  );

  it("changes and builds nothing the second time, whatever the permission bits, other commits and other values of secrets", async () => {
    fs.chmodSync(path.join(app.repository, "apps/mandelbrot/src/main.ts"), 0o600);
    fs.writeFileSync(path.join(app.repository, "infra/unrelated.txt"), "");
    fs.mkdirSync(path.join(app.repository, "apps/mandelbrot/deploy"), { recursive: true });
    fs.writeFileSync(path.join(app.repository, "apps/mandelbrot/deploy/image.txt"), "written by a release");
    await app.git("add", "infra", "apps");
    await app.git("commit", "--quiet", "--message=elsewhere");
    // As when a token was renewed.
    fs.appendFileSync(app.services.buildSecrets.npmrc.file, "//registry.example.com/:email=nobody@example.com\n");
    app.requests = 0;
    await app.succeed("up", "--yes", "--expect-no-changes");
    assert.equal(app.requests, 0);
  });

  it("leaves the images when it is destroyed", async () => {
    const { tag, digest } = released;
    app.requests = 0;
    await app.succeed("destroy", "--yes", "--skip-preview");
    assert.equal(app.requests, 0);
    assert.deepEqual(await app.digests(tag), [digest, digest, digest]);
  });
});
