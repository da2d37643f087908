import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { type AppOutputs, appOutputs } from "../../infra/contract";
import { type AppFixture, repositories, skip, startAppFixture } from "./app-fixture";

// One stack's life in order: each test begins where the one before it ended.
describe("the app's stack on the real engine, where not all is well", { skip }, () => {
  let app: AppFixture;
  let released: AppOutputs;

  before(async () => {
    app = await startAppFixture();
  });
  after(() => app.stop());

  it("fails clearly when a registry goes away in mid-push", async () => {
    app.services.outage.begin({ host: "trinitydevazureacr.azurecr.io", afterBytes: 10_000_000 });
    const up = await app.pulumi("up", "--yes", "--skip-preview");
    app.services.outage.end();
    assert.notEqual(up.code, 0);
    assert.match(up.text, /failed to push trinitydevazureacr\.azurecr\.io\/mandelbrot/);
    const [aws, gcp, azure] = await app.digests(`sha-${await app.head()}`);
    assert.ok(aws !== undefined && gcp === aws);
    assert.equal(azure, undefined);
  });

  it("converges the next time, on one digest in three registries", async () => {
    await app.succeed("up", "--yes", "--skip-preview");
    released = appOutputs.parse(await app.outputs());
    const { tag, digest } = released;
    assert.equal(tag, `sha-${await app.head()}`);
    assert.deepEqual(await app.digests(tag), [digest, digest, digest]);
  });

  it("finds the images where they are when it refreshes", async () => {
    app.requests = 0;
    await app.succeed("refresh", "--yes", "--expect-no-changes");
    assert.ok(app.requests >= 3);
  });

  it("pushes again, after a refresh, to a repository that was made anew", async () => {
    const { tag, digest } = released;
    const hostOf = (repository: string) => repository.slice(0, repository.indexOf("/"));
    for (const anew of [[repositories.aws], Object.values(repositories)]) {
      for (const repository of anew) {
        app.madeAt[hostOf(repository)] = Date.now();
      }
      assert.equal((await app.digests(tag)).filter((served) => served === undefined).length, anew.length);
      await app.succeed("up", "--yes", "--skip-preview", "--refresh");
      assert.deepEqual(await app.digests(tag), [digest, digest, digest]);
    }
    assert.deepEqual(appOutputs.parse(await app.outputs()), released);
  });

  it("warns of uncommitted changes in a preview, and refuses them in an update", async () => {
    const file = path.join(app.repository, "apps/mandelbrot/src/main.ts");
    fs.appendFileSync(file, "// changed\n");
    const preview = await app.succeed("preview");
    assert.match(preview.text, /warning: apps\/mandelbrot has changes that are in no commit.*\n.*src\/main\.ts/);
    const up = await app.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(up.code, 0);
    assert.match(up.text, /Commit them or take them back/);
    await app.git("checkout", "--quiet", "--", "apps");
  });

  it("gives the same commit the same digest on another machine, so that immutable tags are no hindrance", async () => {
    await app.succeed("destroy", "--yes", "--skip-preview");
    await app.forgetBuilds();
    fs.rmSync(path.join(app.repository, ".trinity"), { recursive: true });
    const up = await app.succeed("up", "--yes", "--skip-preview");
    assert.match(up.text, /\[\S+ build \d\/\d\] RUN/);
    assert.deepEqual(await app.outputs(), released);
    assert.deepEqual(await app.digests(released.tag), [released.digest, released.digest, released.digest]);
  });

  it("rebuilds after a one-line change without installing packages again", async (context) => {
    fs.appendFileSync(path.join(app.repository, "apps/mandelbrot/src/main.ts"), "// changed\n");
    await app.git("commit", "--quiet", "--all", "--message=one line");
    const up = await app.succeed("up", "--yes", "--skip-preview");
    const [, install = ""] = /(#\d+) \[\S+ build \d\/\d\] RUN .*"ci"/.exec(up.text) ?? [];
    assert.match(up.text, new RegExp(`${install} CACHED`));
    context.diagnostic(`pulumi up after a one-line change: ${up.seconds.toFixed(1)} s`);
  });
});
