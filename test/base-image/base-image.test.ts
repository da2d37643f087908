import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { standInContents } from "../../rehearsal/base-image/contents";
import { tar } from "../../rehearsal/base-image/tar";
import { temporaryFolder } from "../support/simulation";

test("an archive is one that tar reads, and the same each time", (context) => {
  const entries = [
    { path: "a", mode: 0o755 },
    { path: "a/file", mode: 0o640, contents: Buffer.from("text") },
    { path: "a/empty", mode: 0o644, contents: Buffer.alloc(0) },
    { path: "a/exact", mode: 0o644, contents: Buffer.alloc(512, "x") },
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
      "drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/",
    ],
  );
  const folder = temporaryFolder(context);
  execFileSync("tar", ["--extract", "--file=-", "-C", folder], { input: archive });
  assert.equal(fs.readFileSync(path.join(folder, "a/file"), "utf8"), "text");
});

test("a path that does not fit a header is refused", () => {
  assert.throws(() => tar([{ path: "x".repeat(101), mode: 0o644, contents: Buffer.alloc(0) }]), /at most 100 bytes/);
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
