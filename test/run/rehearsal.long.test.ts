import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openWorld } from "../../rehearsal/clouds/worlds";
import { homePaths, repositoryRoot, shared } from "../../rehearsal/paths";
import type { Summary } from "../../rehearsal/run/summary";
import { temporaryFolder, testScale } from "../support/simulation";

const skip = process.getuid?.() === 0 ? false : "building images takes root";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** This repository as it is on disk, committed as a whole in a copy, with a home of its own. */
function copiedRepository(context: TestContext) {
  const folder = temporaryFolder(context);
  const [copy, paths] = [path.join(folder, "trinity"), homePaths(path.join(folder, "home"))];
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });
  const files = git(repositoryRoot, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0");
  for (const file of files.filter((name) => name !== "" && fs.existsSync(path.join(repositoryRoot, name)))) {
    fs.cpSync(path.join(repositoryRoot, file), path.join(copy, file), { recursive: true });
  }
  const author = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  git(copy, "init", "--quiet");
  git(copy, "add", "--all");
  git(copy, ...author, "commit", "--quiet", "--message", "Everything");
  fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(copy, "node_modules"));
  const env = { ...process.env, TRINITY_HOME: paths.root, TRINITY_SHARED_HOME: shared.root };
  /** `npm start -- <args>` */
  const start = (...args: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        ["--import", "tsx", "rehearsal/index.ts", ...args],
        { cwd: copy, env },
        (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, stdout, stderr });
        },
      );
    });
  const world = openWorld(paths.clouds, "gcp", testScale);
  context.after(() => {
    world.close();
  });
  return { start, world, paths };
}

describe("a rehearsal of one cloud", { skip }, () => {
  test("comes up, names a grant that is gone, and leaves nothing", async (context) => {
    const { start, world, paths } = copiedRepository(context);

    const first = await start("--only", "gcp", "--json");
    assert.equal(first.code, 0, first.stderr);
    const [app] = (JSON.parse(first.stdout) as Summary).apps;
    assert.deepEqual(Object.keys(app?.outputs.images ?? {}), ["gcp"]);
    assert.match(app?.pulls.gcp ?? "", /roles\/artifactregistry\.reader/);
    for (const stack of ["dev-gcp", "dev-mandelbrot"]) {
      assert.ok(fs.existsSync(path.join(paths.stacks, `${stack}.json`)));
      assert.ok(fs.existsSync(path.join(paths.outputs, `${stack}.json`)));
    }

    const [grant] = world.list("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember");
    assert.ok(grant);
    world.delete(grant.type, grant.id);
    const second = await start("--only", "gcp");
    assert.equal(second.code, 1);
    assert.match(second.stderr, /missing roles\/artifactregistry\.reader on repository/);

    const destroyed = await start("destroy", "--json");
    assert.deepEqual(destroyed, { code: 0, stdout: '{"left":[]}\n', stderr: "" });
    assert.deepEqual(world.list(), []);
    assert.deepEqual(fs.readdirSync(paths.outputs), []);
    assert.equal((await start("destroy")).code, 0, "a second time there is nothing to do");
  });

  test("tells a step's failure once, in its own words", async (context) => {
    const { start, world } = copiedRepository(context);
    const error = "Quota 'NETWORKS' exceeded";
    world.set("faults", [{ type: "gcp:compute/network:Network", operation: "create", error, times: 1 }]);
    const { code, stdout, stderr } = await start("--only", "gcp");
    assert.equal(code, 1);
    assert.equal(`${stdout}${stderr}`.split(error).length - 1, 1);
  });
});
