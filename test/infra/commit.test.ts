import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { CommitError, readAppCommit } from "../../infra/commit";
import { snapshot } from "../../infra/snapshot";
import { temporaryFolder } from "../support/simulation";

function repositoryIn(context: TestContext) {
  const root = temporaryFolder(context);
  const git = (...argumentList: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...argumentList], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z" },
    }).trim();
  const write = (file: string, text = file) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  const commit = (...files: string[]) => {
    files.forEach((file) => {
      write(file, `${file} ${Math.random()}`);
    });
    git("add", "--all");
    git("commit", "--quiet", "--no-verify", "--message=m");
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  return { root, git, write, commit };
}

test("an app's commit is the last that touched what its image is made of", async (context) => {
  const { root, git, commit } = repositoryIn(context);
  const wanted = commit("apps/one/src/main.ts", "README.md");
  commit("README.md");
  commit("apps/two/app.yaml");
  commit("apps/one/deploy/overlays/dev/aws/kustomization.yaml", "apps/one/test/main.test.ts");
  const found = await readAppCommit(root, "one");
  assert.deepEqual(found, {
    commit: wanted,
    time: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
    tree: git("rev-parse", `${wanted}:apps/one`),
    branch: "main",
    uncommitted: [],
  });
});

test("changes outside the image are no uncommitted changes; others are, new files too", async (context) => {
  const { root, commit, write, git } = repositoryIn(context);
  commit("apps/one/a b.txt", "apps/one/deploy/x", ".gitignore");
  write("apps/one/deploy/x", "changed");
  write("apps/two/new");
  assert.deepEqual((await readAppCommit(root, "one")).uncommitted, []);
  write("apps/one/a b.txt", "changed");
  write("apps/one/ü/new", "");
  write("apps/one/staged", "");
  git("add", "apps/one/staged");
  const { uncommitted } = await readAppCommit(root, "one");
  assert.deepEqual([...uncommitted].sort(), ["apps/one/a b.txt", "apps/one/staged", "apps/one/ü/new"]);
});

test("no branch is no fault", async (context) => {
  const { root, commit, git } = repositoryIn(context);
  commit("apps/one/a");
  git("checkout", "--quiet", "--detach");
  assert.equal((await readAppCommit(root, "one")).branch, undefined);
});

test("an app without a commit is refused, and so is a repository without any", async (context) => {
  const { root, commit } = repositoryIn(context);
  const message = /^apps\/one has no commit yet in .* Commit the folder/;
  await assert.rejects(readAppCommit(root, "one"), { name: "CommitError", message });
  commit("README.md");
  await assert.rejects(readAppCommit(root, "one"), { name: "CommitError", message });
});

test("a folder that is no repository is refused", async (context) => {
  const root = temporaryFolder(context);
  await assert.rejects(readAppCommit(root, "one"), { name: "CommitError", message: /is not in a Git repository/ });
});

test("a machine without git is told so", async (context) => {
  const { root } = repositoryIn(context);
  const before = process.env.PATH;
  process.env.PATH = root;
  try {
    await assert.rejects(readAppCommit(root, "one"), { name: "CommitError", message: /git is not on PATH/ });
  } finally {
    process.env.PATH = before;
  }
});

test("a shallow clone is refused where it hides the commit, and only there", async (context) => {
  const { root, commit, git } = repositoryIn(context);
  commit("apps/one/a");
  const last = commit("apps/two/a");
  const clone = temporaryFolder(context);
  git("clone", "--quiet", "--depth=1", `file://${root}`, clone);
  await assert.rejects(readAppCommit(clone, "one"), (error: unknown) => {
    assert.ok(error instanceof CommitError);
    assert.match(error.message, /shallow clone that ends at commit [0-9a-f]{40}.*fetch-depth: 0/s);
    return true;
  });
  const deeper = temporaryFolder(context);
  git("clone", "--quiet", "--depth=2", `file://${root}`, deeper);
  assert.equal((await readAppCommit(deeper, "two")).commit, last);
});

test("a snapshot has the commit's contents, Git's modes and the commit's time, whatever the working tree has", async (context) => {
  const { root, commit, git, write } = repositoryIn(context);
  write("apps/one/run.sh", "#!/bin/sh\n");
  fs.chmodSync(path.join(root, "apps/one/run.sh"), 0o711);
  write("apps/one/binary", Buffer.from([0, 255, 10, 13]).toString("latin1"));
  fs.symlinkSync("run.sh", path.join(root, "apps/one/link"));
  commit("apps/one/src/deep/file", "apps/one/deploy/x", "apps/one/deployment");
  const expected = git("show", "HEAD:apps/one/src/deep/file");
  fs.chmodSync(path.join(root, "apps/one/src/deep/file"), 0o600);
  write("apps/one/src/deep/file", "changed since");
  const found = await readAppCommit(root, "one");
  const mask = process.umask(0o077);
  let folder: string;
  try {
    folder = await snapshot(root, "one", found, ["deploy", "test"]);
  } finally {
    process.umask(mask);
  }
  assert.equal(folder, `.trinity/context/one-${found.commit}`);
  const inside = path.join(root, folder);
  assert.deepEqual(fs.readdirSync(inside, { recursive: true, encoding: "utf8" }).sort(), [
    "binary",
    "deployment",
    "link",
    "run.sh",
    "src",
    "src/deep",
    "src/deep/file",
  ]);
  assert.equal(fs.readFileSync(path.join(inside, "src/deep/file"), "utf8").trim(), expected);
  assert.equal(fs.readlinkSync(path.join(inside, "link")), "run.sh");
  const modes = ["", "src", "src/deep", "src/deep/file", "run.sh"].map((name) => {
    const { mode, mtimeMs } = fs.statSync(path.join(inside, name));
    assert.equal(mtimeMs, found.time * 1000, name);
    return (mode & 0o777).toString(8);
  });
  assert.deepEqual(modes, ["755", "755", "755", "644", "755"]);
});

test("two snapshots at once make one", async (context) => {
  const { root, commit } = repositoryIn(context);
  commit("apps/one/a", "apps/one/b");
  const found = await readAppCommit(root, "one");
  const [first, second] = await Promise.all([snapshot(root, "one", found), snapshot(root, "one", found)]);
  assert.equal(first, second);
  assert.deepEqual(fs.readdirSync(path.join(root, ".trinity/context")), [`one-${found.commit}`]);
});
