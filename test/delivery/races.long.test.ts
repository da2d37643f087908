import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type GitHubDelivery, startGitHubDelivery } from "./fixture";
import { appFiles, imageOn } from "./platform";

/** Releases at the same time, to one repository on the simulated GitHub. */

let delivery: GitHubDelivery;

beforeEach(async () => {
  delivery = await startGitHubDelivery();
});

afterEach(() => delivery.stop());

const tagOnMain = (app?: string) => imageOn(delivery.platform, "main", { app })?.tag;
const open = () => delivery.repository.pulls.filter(({ state }) => state === "open");
const branches = () => delivery.platform.remoteGit("branch", "--format=%(refname:short)").split("\n");

test("8 apps at once with auto-merge: all are merged, none is lost", async () => {
  const apps = Array.from({ length: 8 }, (_, index) => `app-${index}`);
  const files = Object.assign({}, ...apps.map((app) => appFiles(app, ["dev"]))) as Record<string, string>;
  const build = delivery.commit("Apps", files);
  const all = await Promise.all(apps.map((app) => delivery.release([build], { autoMerge: true }, app)));
  assert.deepEqual(
    all.flat().map(({ status }) => status),
    apps.map(() => "merged"),
  );
  for (const app of apps) assert.equal(tagOnMain(app), `sha-${build}`);
  assert.deepEqual(branches(), ["main"]);
  const titles = delivery.platform.remoteGit("log", "-8", "--format=%s", "main").split("\n");
  assert.equal(new Set(titles.map((title) => /release\((.*)\)/.exec(title)?.[1])).size, 8);
});

test("8 builds of one app at once: the newest stays open, and every other one is accounted for", async () => {
  const builds = Array.from({ length: 8 }, (_, index) => delivery.commit(`Build ${index}`));
  const all = await Promise.allSettled(builds.map((build) => delivery.release([build])));
  assert.deepEqual(
    open().map(({ title }) => title),
    [`release(mandelbrot): sha-${builds[7] ?? ""} to dev`],
  );
  for (const [index, result] of all.entries()) {
    const known =
      result.status === "rejected"
        ? (result.reason as Error).name === "RefusedError"
        : ["open", "superseded"].includes(result.value[0]?.status ?? "");
    assert.ok(known, `build ${index}: ${JSON.stringify(result)}`);
  }
});

test("8 builds of one app at once with auto-merge: main ends on the newest", async () => {
  const builds = Array.from({ length: 8 }, (_, index) => delivery.commit(`Build ${index}`));
  await Promise.allSettled(builds.map((build) => delivery.release([build], { autoMerge: true })));
  assert.equal(tagOnMain(), `sha-${builds[7] ?? ""}`);
  assert.deepEqual(open(), []);
});
