import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { type AppOutputs, appOutputs } from "../../infra/contract";
import { testImage } from "./app-image";
import { type AppFixture, type Outcome, repositories, startAppFixture } from "./app-fixture";

const skip = process.getuid?.() === 0 ? false : "building images takes root";

// One stack's life in order: each test begins where the one before it ended.
describe("the app's stack on the real engine", { skip }, () => {
  let app: AppFixture;
  /** Requests to the clouds' registries. */
  let requests = 0;
  /** When the clouds' repositories were made. */
  const madeAt: Record<string, number> = {};
  let released: AppOutputs;

  before(async () => {
    app = await startAppFixture({
      repository: (host) => {
        requests += 1;
        return { exists: true, immutableTags: true, madeAt: madeAt[host] };
      },
    });
  });
  after(() => app.stop());

  const succeed = async (outcome: Promise<Outcome>): Promise<Outcome> => {
    const ended = await outcome;
    assert.equal(ended.code, 0, ended.text);
    return ended;
  };
  const digests = async (tag: string) =>
    Promise.all(Object.values(repositories).map((repository) => app.services.manifest(`${repository}:${tag}`)));
  const head = async () => (await app.git("rev-parse", "HEAD")).trim();

  it("builds nothing in a preview", async () => {
    const preview = await succeed(app.pulumi("preview"));
    assert.match(preview.text, /\+ 3 to create/);
    assert.equal(requests, 0);
  });

  it("fails clearly when a registry goes away in mid-push", async () => {
    app.services.outage.begin({ host: "trinitydevazureacr.azurecr.io", afterBytes: 10_000_000 });
    const up = await app.pulumi("up", "--yes", "--skip-preview");
    app.services.outage.end();
    assert.notEqual(up.code, 0);
    assert.match(up.text, /failed to push trinitydevazureacr\.azurecr\.io\/mandelbrot/);
    const [aws, gcp, azure] = await digests(`sha-${await head()}`);
    assert.ok(aws !== undefined && gcp === aws);
    assert.equal(azure, undefined);
  });

  it("converges the next time: one build, one digest in three registries", async () => {
    const up = await succeed(app.pulumi("up", "--yes", "--skip-preview"));
    // Two steps, once for both platforms.
    assert.equal(new Set(up.text.match(/\[\S+ build \d\/\d\] RUN/g)).size, 2, up.text);
    assert.ok(!up.text.includes(app.secret));
    const outputs = await app.outputs();
    released = appOutputs.parse(outputs);
    const { digest } = released;
    assert.deepEqual(await digests(released.tag), [digest, digest, digest]);
    const images = Object.entries(repositories).map(([cloud, name]) => [cloud, `${name}@${digest}`]);
    assert.deepEqual(outputs, {
      version: 1,
      app: "mandelbrot",
      tag: `sha-${await head()}`,
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
    requests = 0;
    await succeed(app.pulumi("up", "--yes", "--expect-no-changes"));
    assert.equal(requests, 0);
  });

  it("finds the images where they are when it refreshes", async () => {
    await succeed(app.pulumi("refresh", "--yes", "--expect-no-changes"));
    assert.ok(requests >= 3);
  });

  it("pushes again, after a refresh, to a repository that was made anew", async () => {
    const { tag, digest } = released;
    const hostOf = (repository: string) => repository.slice(0, repository.indexOf("/"));
    for (const anew of [[repositories.aws], Object.values(repositories)]) {
      for (const repository of anew) {
        madeAt[hostOf(repository)] = Date.now();
      }
      assert.equal((await digests(tag)).filter((served) => served === undefined).length, anew.length);
      await succeed(app.pulumi("up", "--yes", "--skip-preview", "--refresh"));
      assert.deepEqual(await digests(tag), [digest, digest, digest]);
    }
    assert.deepEqual(appOutputs.parse(await app.outputs()), released);
  });

  it("warns of uncommitted changes in a preview, and refuses them in an update", async () => {
    const file = path.join(app.repository, "apps/mandelbrot/src/main.ts");
    fs.appendFileSync(file, "// changed\n");
    const preview = await succeed(app.pulumi("preview"));
    assert.match(preview.text, /warning: apps\/mandelbrot has changes that are in no commit.*\n.*src\/main\.ts/);
    const up = await app.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(up.code, 0);
    assert.match(up.text, /Commit them or take them back/);
    await app.git("checkout", "--quiet", "--", "apps");
  });

  it("leaves the images when it is destroyed", async () => {
    const { tag, digest } = released;
    requests = 0;
    await succeed(app.pulumi("destroy", "--yes", "--skip-preview"));
    assert.equal(requests, 0);
    assert.deepEqual(await digests(tag), [digest, digest, digest]);
  });

  it("gives the same commit the same digest on another machine, so that immutable tags are no hindrance", async () => {
    await app.forgetBuilds();
    fs.rmSync(path.join(app.repository, ".trinity"), { recursive: true });
    const up = await succeed(app.pulumi("up", "--yes", "--skip-preview"));
    assert.match(up.text, /\[\S+ build \d\/\d\] RUN/);
    assert.deepEqual(await app.outputs(), released);
    assert.deepEqual(await digests(released.tag), [released.digest, released.digest, released.digest]);
  });

  it("rebuilds after a one-line change without installing packages again", async (context) => {
    fs.appendFileSync(path.join(app.repository, "apps/mandelbrot/src/main.ts"), "// changed\n");
    await app.git("commit", "--quiet", "--all", "--message=one line");
    const up = await succeed(app.pulumi("up", "--yes", "--skip-preview"));
    const [, install = ""] = /(#\d+) \[\S+ build \d\/\d\] RUN .*"ci"/.exec(up.text) ?? [];
    assert.match(up.text, new RegExp(`${install} CACHED`));
    context.diagnostic(`pulumi up after a one-line change: ${up.seconds.toFixed(1)} s`);
  });
});
