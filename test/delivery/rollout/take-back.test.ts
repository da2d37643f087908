import assert from "node:assert/strict";
import * as fs from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { InputError } from "../../../infra/input-error";
import { paths } from "../../../delivery/rollout/objects";
import { takeBack, type TakeBackOptions } from "../../../delivery/rollout/take-back";
import { describeTakenBack } from "../../../delivery/rollout/tell";
import { restoreEnvironment, standInCrane } from "../fixture";
import type { Platform } from "../platform";
import { type Fleet, overlays, releasedPlatform, startFleet } from "./fleet";
import { aborted, paused, promoted, rollout, v1, v2 } from "./objects";

/** Abort and undo: simulated API servers, and a real repository whose remote is no GitHub. */

const path = paths.rollout("mandelbrot");
const environment = { ...process.env };
let platform: Platform;
let fleet: Fleet;

beforeEach(async () => {
  platform = releasedPlatform();
  standInCrane(platform.folder);
  fleet = await startFleet(platform);
});

afterEach(async () => {
  await fleet.stop();
  platform.remove();
  restoreEnvironment(environment);
});

function take(what: TakeBackOptions["what"], more: Partial<TakeBackOptions> = {}) {
  return takeBack({ ...fleet.options, what, autoMerge: false, ...more });
}

function outcomes({ clouds }: Awaited<ReturnType<typeof take>>): string[] {
  return clouds.map(({ cloud, status }) => `${cloud} ${status}`);
}

/** What the branch of the revert names, per cloud. */
function reverted(result: Awaited<ReturnType<typeof take>>): string[] {
  const branches = result.proposals.flatMap(({ branch }) => branch ?? []);
  assert.equal(branches.length, 1, JSON.stringify(result.proposals));
  return (["aws", "gcp", "azure"] as const).map((cloud) => {
    const text = platform.show(branches[0] ?? "", `apps/mandelbrot/deploy/overlays/dev/${cloud}/kustomization.yaml`);
    return /newTag: (.*)/.exec(text)?.[1] ?? "";
  });
}

test("abort: what is on its way is given up everywhere, what is stable is not, and Git goes back in every cloud", async () => {
  fleet.clusters.aws.put(path, promoted());
  const result = await take("abort");
  assert.deepEqual(outcomes(result), ["aws stable", "gcp aborted", "azure aborted"]);
  assert.deepEqual(fleet.patched(), [`gcp ${path}/status`, `azure ${path}/status`]);
  assert.deepEqual(fleet.clusters.gcp.patches[0]?.body.status, { abort: true });
  assert.deepEqual(reverted(result), [v1.tag, v1.tag, v1.tag]);
  assert.equal(result.fault, undefined);
  assert.match(
    describeTakenBack(result, "abort"),
    /^aws: has it as its stable version, and goes back once .*\ngcp: given up/,
  );
});

test("abort just after a sync waits until the controller has seen the new version, and gives that up", async () => {
  fleet.clusters.gcp.put(path, rollout({ observedGeneration: "2" }, {}, v2));
  setTimeout(() => {
    fleet.clusters.gcp.put(path, paused());
  }, 500);
  assert.deepEqual(outcomes(await take("abort", { clouds: ["gcp"] })), ["gcp aborted"]);
  assert.deepEqual(fleet.clusters.gcp.patches[0]?.body.status, { abort: true });
});

test("abort again changes nothing more", async () => {
  await take("abort");
  const patched = fleet.patched();
  const branches = platform.remoteGit("for-each-ref");
  const result = await take("abort");
  assert.deepEqual(outcomes(result), ["aws aborted", "gcp aborted", "azure aborted"]);
  assert.deepEqual(fleet.patched(), patched);
  assert.equal(platform.remoteGit("for-each-ref"), branches);
});

test("abort of what the controllers have aborted by themselves: only Git is left to do", async () => {
  for (const server of Object.values(fleet.clusters)) server.put(path, aborted());
  assert.deepEqual(reverted(await take("abort")), [v1.tag, v1.tag, v1.tag]);
  assert.deepEqual(fleet.patched(), []);
});

test("abort where a cloud is stable with another version: it is left as it is", async () => {
  platform.commit("GCP stays behind", overlays(v1, ["gcp"]));
  fleet.clusters.gcp.put(path, rollout());
  assert.match(describeTakenBack(await take("abort"), "abort"), /\ngcp: nothing on its way, so left as it is\n/);
});

test("abort with nothing on its way leaves Git alone, and says what takes back what is stable", async () => {
  for (const server of Object.values(fleet.clusters)) server.put(path, promoted());
  const result = await take("abort");
  assert.deepEqual(result.proposals, []);
  assert.match(describeTakenBack(result, "abort"), /Nothing to give up.*rollout undo/);
});

test("abort when a cluster cannot be reached: the others are given up, Git goes back, and it is said which", async () => {
  await fleet.clusters.gcp.stop();
  const result = await take("abort");
  assert.deepEqual(outcomes(result), ["aws aborted", "gcp unreached", "azure aborted"]);
  assert.deepEqual(reverted(result), [v1.tag, v1.tag, v1.tag]);
  assert.match(describeTakenBack(result, "abort"), /gcp: NOT reached.*ECONNREFUSED/);
});

for (const what of ["abort", "undo"] as const) {
  test(`${what} when no cluster can be reached leaves Git alone, and says what takes back without a look`, async () => {
    for (const server of Object.values(fleet.clusters)) server.fail(401);
    const result = await take(what);
    assert.deepEqual(outcomes(result), ["aws unreached", "gcp unreached", "azure unreached"]);
    assert.deepEqual(result.proposals, []);
    assert.match(describeTakenBack(result, what), /Git is as it was.*trinity -- revert --app mandelbrot --env dev/s);
  });
}

test("abort when all but the clusters that cannot be reached are stable leaves Git alone", async () => {
  for (const server of Object.values(fleet.clusters)) server.put(path, promoted());
  fleet.clusters.gcp.fail(401);
  const result = await take("abort");
  assert.deepEqual(outcomes(result), ["aws stable", "gcp unreached", "azure stable"]);
  assert.deepEqual(result.proposals, []);
});

test("abort with a kubeconfig that is not there: nothing is changed", async () => {
  fs.rmSync(`${fleet.options.kubeconfigs ?? ""}/gcp.yaml`);
  await assert.rejects(take("abort"), (error: Error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /there is neither .*dev-gcp\.yaml nor .*gcp\.yaml/);
    return true;
  });
  assert.deepEqual(fleet.patched(), []);
});

test("undo of clouds that run different versions: one revert, and none goes back to a version that is to go", async () => {
  const v3 = { tag: `sha-${"3".repeat(40)}`, digest: `sha256:${"c".repeat(64)}` };
  platform.commit("Release v3", overlays(v3, ["aws", "azure"]));
  for (const server of Object.values(fleet.clusters)) server.put(path, rollout({}, {}, v3));
  fleet.clusters.gcp.put(path, promoted());
  assert.deepEqual(reverted(await take("undo")), [v1.tag, v1.tag, v1.tag]);
});

test("abort when Git cannot be reached: the clusters are given up, and the fault is told", async () => {
  platform.point(`${platform.remote}.away`);
  const result = await take("abort");
  assert.deepEqual(outcomes(result), ["aws aborted", "gcp aborted", "azure aborted"]);
  assert.match(result.fault?.message ?? "", /away/);
});

test("abort of one cloud leaves the others' overlays alone", async () => {
  const result = await take("abort", { clouds: ["gcp"] });
  assert.deepEqual(outcomes(result), ["gcp aborted"]);
  assert.deepEqual(reverted(result), [v2.tag, v1.tag, v2.tag]);
});

test("undo: what is stable is taken back in Git, and no Rollout is changed", async () => {
  for (const server of Object.values(fleet.clusters)) server.put(path, promoted());
  const result = await take("undo");
  assert.deepEqual(outcomes(result), ["aws stable", "gcp stable", "azure stable"]);
  assert.deepEqual(fleet.patched(), []);
  assert.deepEqual(reverted(result), [v1.tag, v1.tag, v1.tag]);
});

test("undo of what Git has taken back already, but no cluster has heard of, changes nothing", async () => {
  platform.commit("Revert", overlays(v1));
  for (const server of Object.values(fleet.clusters)) server.put(path, promoted());
  const result = await take("undo");
  assert.deepEqual(
    result.proposals.map(({ status }) => status),
    ["unchanged"],
  );
});

test("a first version has none to go back to", async () => {
  for (const server of Object.values(fleet.clusters)) {
    server.put(path, rollout({ phase: "Progressing", stableRS: "" }, {}, v2));
  }
  const result = await take("abort");
  assert.deepEqual(outcomes(result), ["aws first", "gcp first", "azure first"]);
  assert.deepEqual(result.proposals, []);
});
