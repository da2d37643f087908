import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Image } from "../../delivery/image";
import { release } from "../../delivery/release";
import { previousImage, revert, type RevertOptions } from "../../delivery/revert";
import type { CloudName } from "../../infra/clouds";
import { type Delivery, standInCrane, startDelivery } from "./fixture";
import { imageOn, mergeBranch, outputsOf, type Platform } from "./platform";

const image = (name: string): Image => ({ repository: "host/web", tag: name, digest: `sha256:${name}` });

for (const [history, expected] of [
  ["a", undefined],
  ["a b", "a"],
  ["a b c", "b"],
  // After a revert, another one goes further back and never forward again.
  ["a b c b", "a"],
  ["a b c b a", undefined],
  // A build that is released again after a revert counts as new.
  ["a b a b", "a"],
  ["a b b b", "a"],
] as const) {
  test(`of the releases ${history}, ${expected ?? "none"} is gone back to`, () => {
    const newestFirst = history.split(" ").map(image).reverse();
    assert.equal(previousImage(newestFirst)?.tag, expected);
  });
}

describe("a revert", () => {
  let delivery: Delivery;
  let platform: Platform;
  let builds: string[];

  const go = (more: Partial<RevertOptions> = {}) => revert({ ...delivery.options, app: "mandelbrot", ...more });
  const tagOn = (branch: string, cloud?: CloudName) => imageOn(platform, branch, { cloud })?.tag;
  const put = async (commit: string, clouds?: readonly CloudName[]) => {
    const outputs = [outputsOf("mandelbrot", commit, "dev", clouds)];
    const [proposal] = await release({ ...delivery.options, outputs });
    mergeBranch(platform, proposal?.branch ?? "");
  };

  beforeEach(async () => {
    delivery = startDelivery();
    ({ platform } = delivery);
    builds = [];
    for (const name of ["First", "Second"]) {
      const commit = platform.commit(name);
      builds.push(commit);
      await put(commit);
    }
  });
  afterEach(() => delivery.stop());

  test("proposes what was there before the last release; again changes nothing", async () => {
    const [proposal] = await go();
    const branch = `mandelbrot/revert-dev-sha-${builds[0] ?? ""}`;
    assert.deepEqual([proposal?.status, proposal?.branch], ["pushed", branch]);
    for (const cloud of ["aws", "gcp", "azure"] as const) assert.equal(tagOn(branch, cloud), `sha-${builds[0] ?? ""}`);
    const [again] = await go();
    assert.equal(again?.commit, proposal?.commit);
  });

  test("of one build has nothing to do where another is", async () => {
    const bad = `sha-${builds[1] ?? ""}`;
    const [first] = await go({ bad: [bad] });
    mergeBranch(platform, first?.branch ?? "");
    const [second] = await go({ bad: [bad] });
    assert.equal(second?.status, "unchanged");
  });

  test("of one cloud leaves the others; then only a named cloud is reverted", async () => {
    const [proposal] = await go({ clouds: ["gcp"] });
    assert.equal(tagOn(proposal?.branch ?? "", "gcp"), `sha-${builds[0] ?? ""}`);
    assert.equal(tagOn(proposal?.branch ?? "", "aws"), `sha-${builds[1] ?? ""}`);
    mergeBranch(platform, proposal?.branch ?? "");
    await assert.rejects(go(), /run different builds .*Say which to revert: --clouds, or --to/);
  });

  test("goes back to a tag that is named, and says which there are if it is another", async () => {
    const third = platform.commit("Third");
    await put(third);
    const [proposal] = await go({ to: `sha-${builds[0] ?? ""}` });
    assert.equal(tagOn(proposal?.branch ?? ""), `sha-${builds[0] ?? ""}`);
    await assert.rejects(
      go({ to: "sha-none" }),
      new RegExp(`never had the tag "sha-none".*sha-${third}, sha-${builds[1] ?? ""}`),
    );
  });

  test("to an image that a registry has no more is refused, and nothing is pushed", async () => {
    const before = platform.remoteGit("for-each-ref");
    standInCrane(platform.folder, ["azurecr.io"]);
    await assert.rejects(go(), {
      name: "RefusedError",
      message: /The registry of azure has no trinitydevazureacr.azurecr.io.* any more.*MANIFEST_UNKNOWN.*revert --to/s,
    });
    assert.equal(platform.remoteGit("for-each-ref"), before);
    const [others] = await go({ clouds: ["aws", "gcp"] });
    assert.equal(others?.status, "pushed");
  });

  test("where a registry cannot be asked is told, and goes on", async () => {
    standInCrane(platform.folder, ["azurecr.io"], "UNAUTHORIZED: authentication required");
    const [proposal] = await go();
    assert.equal(proposal?.status, "pushed");
    assert.match(delivery.said.join("\n"), /azure: it could not be seen whether .*UNAUTHORIZED/);
  });

  test("with nothing to go back to says so", async () => {
    await assert.rejects(go({ env: "prod" }), /names no image: "mandelbrot" was never released to prod/);
    const [first] = await go();
    mergeBranch(platform, first?.branch ?? "");
    await assert.rejects(go(), /so there is nothing to go back to/);
  });

  test("of a build that is then released again gives it back", async () => {
    const [first] = await go();
    mergeBranch(platform, first?.branch ?? "");
    await put(builds[1] ?? "");
    assert.equal(tagOn("main"), `sha-${builds[1] ?? ""}`);
  });
});
