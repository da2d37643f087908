import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, test } from "node:test";
import { build } from "esbuild";
import { changedPaths } from "../../ci/changes/since";
import { stackJobs, touchedApps, touchedStacks } from "../../ci/changes/touches";
import { repositoryRoot } from "../../infra/repository-root";
import { temporaryFolder } from "../support/simulation";

const stacks = [
  "prod-aws",
  "dev-aws",
  "dev-gcp",
  "dev-azure",
  "dev-bootstrap-aws",
  "dev-bootstrap-gcp",
  "dev-mandelbrot",
];
const jobs = stackJobs(stacks);
const touched = (...paths: string[]) => touchedStacks(paths, jobs).map(({ stack }) => stack);
const all = ["dev-aws", "dev-azure", "dev-bootstrap-aws", "dev-bootstrap-gcp", "dev-gcp", "prod-aws"];
const clouds = ["dev-aws", "dev-azure", "dev-gcp", "prod-aws"];

test("the stacks of clouds, in order of name, each with what a job must know", () => {
  assert.deepEqual(
    jobs.map(({ stack }) => stack),
    all,
  );
  assert.deepEqual(jobs[2], { stack: "dev-bootstrap-aws", env: "dev", program: "bootstrap-aws", cloud: "aws" });
});

describe("what a change touches", () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ["stacks/Pulumi.dev-aws.yaml", ["dev-aws"]],
    ["stacks/Pulumi.dev-mandelbrot.yaml", []],
    ["stacks/aws.ts", ["dev-aws", "prod-aws"]],
    ["stacks/bootstrap-aws.ts", ["dev-bootstrap-aws"]],
    ["stacks/app.ts", []],
    ["components/aws/cluster.ts", ["dev-aws", "dev-bootstrap-aws", "prod-aws"]],
    ["components/gcp/network.ts", ["dev-bootstrap-gcp", "dev-gcp"]],
    ["components/access/aws/identities.ts", ["dev-bootstrap-aws", "dev-bootstrap-gcp"]],
    ["components/gitops/index.ts", clouds],
    ["components/app/image.ts", []],
    ["components/contracts.ts", all],
    ["infra/names.ts", all],
    ["policy/index.ts", all],
    ["package-lock.json", all],
    ["Pulumi.yaml", all],
    ["apps/mandelbrot/app.yaml", clouds],
    ["apps/mandelbrot/src/index.ts", []],
    ["apps/mandelbrot/deploy/overlays/dev/aws/kustomization.yaml", []],
    ["docs/settings.md", []],
    ["rehearsal/index.ts", []],
    [".github/workflows/check.yaml", []],
  ];
  for (const [path, expected] of table) {
    test(path, () => {
      assert.deepEqual(touched(path), expected);
    });
  }
  test("several paths touch what each of them does, once", () => {
    assert.deepEqual(touched("stacks/Pulumi.dev-aws.yaml", "stacks/aws.ts", "README.md"), ["dev-aws", "prod-aws"]);
  });
});

test("no file that a cloud's program is made of is left out", async () => {
  for (const cloud of ["aws", "gcp", "azure"]) {
    const { metafile } = await build({
      entryPoints: [path.join(repositoryRoot, "stacks", `${cloud}.ts`)],
      absWorkingDir: repositoryRoot,
      bundle: true,
      packages: "external",
      platform: "node",
      write: false,
      metafile: true,
    });
    const files = Object.keys(metafile.inputs);
    assert.ok(files.length > 10);
    assert.deepEqual(
      files.filter((file) => !touched(file).includes(`dev-${cloud}`)),
      [],
    );
  }
});

test("an app is touched by what its image is made of, and by nothing beside it", () => {
  const apps = ["hello", "hello-two"];
  const touch = (path: string) => touchedApps([path], apps);
  assert.deepEqual(touch("apps/hello/src/index.ts"), ["hello"]);
  assert.deepEqual(touch("apps/hello/deployment.ts"), ["hello"]);
  assert.deepEqual(touch("apps/hello-two/Dockerfile"), ["hello-two"]);
  for (const path of [
    "apps/hello/deploy/base/rollout.yaml",
    "apps/hello/README.md",
    "apps/hello/test/a.ts",
    "apps/gone/x",
  ]) {
    assert.deepEqual(touch(path), [], path);
  }
});

test("what changed is counted from where the histories part; a commit that is not there is told", async (context) => {
  const folder = temporaryFolder(context);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", folder, ...args], {
      encoding: "utf8",
    }).trim();
  const commit = (file: string) => {
    fs.writeFileSync(path.join(folder, file), "");
    git("add", "--all");
    git("commit", "--quiet", "-m", file);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  const first = commit("first");
  const main = commit("on main");
  git("checkout", "--quiet", "-b", "branch", first);
  commit("ünïcode name");
  const { signal } = new AbortController();
  assert.deepEqual(await changedPaths(folder, main, signal), ["ünïcode name"]);
  assert.equal(await changedPaths(folder, undefined, signal), undefined);
  assert.equal(await changedPaths(folder, "0".repeat(40), signal), undefined);
  await assert.rejects(changedPaths(folder, "1".repeat(40), signal), /fetch-depth: 0/);
  await assert.rejects(changedPaths(folder, "--output=x", signal), /is no commit/);
});
