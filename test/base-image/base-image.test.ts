import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { buildContents, foreignContents, standInContents } from "../../rehearsal/base-image/contents";
import { checkIntegrity, npmRelease } from "../../rehearsal/base-image/npm";
import { tar } from "../../rehearsal/base-image/tar";
import { temporaryFolder } from "../support/simulation";

test("an archive is one that tar reads, and the same each time", (context) => {
  const entries = [
    { path: "a", mode: 0o755 },
    { path: "a/file", mode: 0o640, contents: Buffer.from("text") },
    { path: "a/empty", mode: 0o644, contents: Buffer.alloc(0) },
    { path: "a/exact", mode: 0o644, contents: Buffer.alloc(512, "x") },
    { path: "a/link", mode: 0o777, link: "../tmp" },
    { path: `b/${"c".repeat(90)}`, mode: 0o755 },
    { path: `b/${"c".repeat(90)}/long`, mode: 0o644, contents: Buffer.from("far") },
    { path: "tmp", mode: 0o1777 },
  ];
  const archive = tar(entries);
  assert.deepEqual(tar(entries), archive);
  assert.equal(archive.length % 512, 0);
  const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner", "--utc", "--file=-"], {
    input: archive,
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
  });
  assert.deepEqual(
    listing
      .trim()
      .split("\n")
      .map((line) => line.replaceAll(/ +/g, " ")),
    [
      "drwxr-xr-x 0/0 0 1970-01-01 00:00 a/",
      "-rw-r----- 0/0 4 1970-01-01 00:00 a/file",
      "-rw-r--r-- 0/0 0 1970-01-01 00:00 a/empty",
      "-rw-r--r-- 0/0 512 1970-01-01 00:00 a/exact",
      "lrwxrwxrwx 0/0 0 1970-01-01 00:00 a/link -> ../tmp",
      `drwxr-xr-x 0/0 0 1970-01-01 00:00 b/${"c".repeat(90)}/`,
      `-rw-r--r-- 0/0 3 1970-01-01 00:00 b/${"c".repeat(90)}/long`,
      "drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/",
    ],
  );
  const folder = temporaryFolder(context);
  execFileSync("tar", ["--extract", "--file=-", "-C", folder], { input: archive });
  assert.equal(fs.readFileSync(path.join(folder, "a/file"), "utf8"), "text");
});

test("a path that does not fit a header is refused", () => {
  const refused = (path: string, link?: string) => {
    assert.throws(
      () => tar([{ path, mode: 0o644, ...(link === undefined ? { contents: Buffer.alloc(0) } : { link }) }]),
      /at most 100 bytes/,
    );
  };
  refused("x".repeat(101));
  refused(`${"x".repeat(156)}/x`);
  refused("x", "y".repeat(101));
});

test("the stand-in holds Node.js, its loader and libraries, and a user that is not root", async () => {
  const entries = await standInContents(process.execPath);
  const paths = entries.map((entry) => entry.path);
  assert.deepEqual(paths, [...paths].sort());
  assert.ok(paths.includes("nodejs/bin/node"));
  assert.ok(paths.some((name) => name.includes("ld-linux")));
  assert.ok(paths.some((name) => name.endsWith("libc.so.6")));
  const passwd = entries.find(({ path: name }) => name === "etc/passwd")?.contents?.toString();
  assert.match(passwd ?? "", /^nonroot:x:65532:65532:/m);
});

test("the stand-in for another processor has the same places, and says that it cannot run", () => {
  const entries = foreignContents("linux/arm64");
  const program = entries.find(({ path: name }) => name === "nodejs/bin/node")?.contents?.toString();
  assert.match(program ?? "", /no Node\.js for linux\/arm64/);
  assert.ok(entries.some(({ path: name }) => name === "etc/passwd"));
});

test("the stand-in for builds has Node.js and npm where the official image has them", () => {
  const entries = buildContents([{ path: "bin/npm-cli.js", mode: 0o755, contents: Buffer.from("") }]);
  const paths = entries.map((entry) => entry.path);
  assert.ok(paths.includes("usr/local/lib/node_modules/npm/bin/npm-cli.js"));
  assert.equal(entries.find(({ path: name }) => name === "usr/local/bin/node")?.link, "/nodejs/bin/node");
  assert.deepEqual(paths, [...paths].sort());
});

test("another npm than the pinned one is refused", () => {
  assert.throws(() => {
    checkIntegrity("/tmp/npm-1.tgz", Buffer.from("other"), npmRelease.integrity);
  }, /^Error: npm-1\.tgz.* has the integrity sha512-.*, not sha512-.*npm config get registry/);
});
