import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { paths } from "../../../delivery/rollout/objects";
import { sync, syncProgress } from "../../../delivery/rollout/sync";
import { shortenWaits } from "../../support/waits";
import { type Fleet, releasedPlatform, startFleet } from "./fleet";
import { application } from "./objects";

/** Syncs on simulated API servers, whose Argo CD the test plays, and a real repository. */

const head = "c".repeat(40);
const older = "d".repeat(40);
const refresh = { annotations: { "argocd.argoproj.io/refresh": "normal" }, name: "mandelbrot" };
const failed = { phase: "Failed", message: "no such kind", syncResult: { revision: head } };
const condition = { type: "ComparisonError", message: "no such folder" };

const table = [
  ["has applied it", application(), "synced", ""],
  ["has not looked yet", { ...application(), metadata: refresh }, "waiting", "not compared"],
  ["looked at an older commit", application({}, older), "behind", older],
  ["cannot render it", application({ conditions: [condition] }), "not compared", "ComparisonError: no such folder"],
  ["is about to apply it", { ...application(), operation: {} }, "waiting", "is applying"],
  ["applies it", application({ operationState: { phase: "Running", message: "3 of 5" } }), "waiting", "3 of 5"],
  ["could not apply it", application({ operationState: failed }), "failed", "is Failed: no such kind"],
  ["will apply it", application({ sync: { status: "OutOfSync", revision: head } }), "waiting", "it is OutOfSync"],
  [
    "could not apply an older one",
    application({ operationState: { ...failed, syncResult: { revision: older } } }),
    "synced",
    "",
  ],
  ["never compared", application({ sync: undefined }), "behind", "compared with nothing"],
] as const;

for (const [name, object, is, why] of table) {
  test(`Argo CD ${name}: ${is}`, () => {
    const progress = syncProgress(object, head);
    assert.equal(progress.is, is);
    assert.ok(progress.why.includes(why), progress.why);
  });
}

shortenWaits();
const platform = releasedPlatform();
const mandelbrot = paths.application("mandelbrot");
let fleet: Fleet;

beforeEach(async () => {
  fleet = await startFleet(platform);
});

afterEach(() => fleet.stop());

after(() => {
  platform.remove();
});

function run(timeout = 60) {
  return sync({ ...fleet.options, timeout });
}

test("every cloud's Argo CD is asked to compare, and has the branch's commit", async () => {
  const revision = platform.git("rev-parse", "HEAD");
  assert.deepEqual(
    (await run()).map((one) => [one.cloud, one.revision]),
    [
      ["aws", revision],
      ["gcp", revision],
      ["azure", revision],
    ],
  );
  assert.deepEqual(
    fleet.clusters.aws.patches.map((patch) => patch.path),
    [paths.application("tenants"), mandelbrot],
  );
});

test("Git is asked once for all clouds, however often they are looked at", async () => {
  const bin = path.join(platform.folder, "bin");
  const calls = path.join(bin, "calls");
  const { PATH: before = "" } = process.env;
  fs.mkdirSync(bin);
  const real = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  // A second question would have no answer.
  const script = `#!/bin/sh\necho "$*" >> "${calls}"\n[ $(wc -l < "${calls}") = 1 ] && exec ${real} "$@"\nexit 128\n`;
  fs.writeFileSync(path.join(bin, "git"), script, { mode: 0o755 });
  const head = platform.git("rev-parse", "HEAD");
  const { gcp } = fleet.clusters;
  const { react } = gcp;
  gcp.put(mandelbrot, application({}, older));
  gcp.react = (patched, body) => {
    if (patched === mandelbrot)
      setTimeout(() => {
        gcp.put(mandelbrot, application({}, head));
      }, 1500);
    else react(patched, body);
  };
  process.env.PATH = `${bin}${path.delimiter}${before}`;
  try {
    assert.equal((await run(20)).length, 3);
  } finally {
    process.env.PATH = before;
  }
  assert.equal(fs.readFileSync(calls, "utf8").trim().split("\n").length, 1);
});

test("a branch that is named as a ref is the same branch", async () => {
  const settings = `${platform.root}/stacks/Pulumi.dev-gcp.yaml`;
  const before = fs.readFileSync(settings, "utf8");
  fs.writeFileSync(settings, `${before}    revision: refs/heads/main\n`);
  try {
    await run();
  } finally {
    fs.writeFileSync(settings, before);
  }
});

test("a branch that is not there: no Argo CD is asked", async () => {
  const settings = `${platform.root}/stacks/Pulumi.dev-gcp.yaml`;
  const before = fs.readFileSync(settings, "utf8");
  fs.writeFileSync(settings, `${before}    revision: absent\n`);
  try {
    await assert.rejects(run(), /has no branch "absent"/);
  } finally {
    fs.writeFileSync(settings, before);
  }
  assert.deepEqual(fleet.patched(), []);
});

test("it is asked again until it knows the branch's commit", async () => {
  const { aws } = fleet.clusters;
  aws.put(mandelbrot, application({}, older));
  let asked = 0;
  aws.react = (patched) => {
    if (patched === mandelbrot && ++asked === 2)
      aws.put(mandelbrot, application({}, platform.git("rev-parse", "HEAD")));
    else if (patched === mandelbrot) aws.put(mandelbrot, application({}, older));
  };
  await run();
  assert.equal(asked, 2);
});

test("an Application that is not there yet comes from the ApplicationSet, which is asked", async () => {
  const { gcp } = fleet.clusters;
  const { react } = gcp;
  const made = application({}, platform.git("rev-parse", "HEAD"));
  gcp.remove(mandelbrot);
  gcp.react = (patched, body) => {
    if (patched.includes("applicationsets")) gcp.put(mandelbrot, made);
    react(patched, body);
  };
  await run();
  assert.deepEqual(
    gcp.patches.map((patch) => patch.path),
    [paths.application("tenants"), paths.applicationSet("apps"), mandelbrot],
  );
});

test("an app whose release is not merged: an error in time that says so", async () => {
  fleet.clusters.gcp.remove(mandelbrot);
  await assert.rejects(run(2), /gcp: Argo CD of cluster trinity-dev-gcp, after 2 s: .* is its release to dev merged/);
});

test("what cannot be rendered ends it, after some tries", async () => {
  fleet.clusters.azure.put(mandelbrot, application({ conditions: [condition] }));
  await assert.rejects(run(), /azure: .* cannot apply mandelbrot: ComparisonError: no such folder/);
});

test("a cluster that cannot be asked: no Argo CD is", async () => {
  await fleet.clusters.aws.stop();
  await assert.rejects(run(), /aws: cluster trinity-dev-aws .*ECONNREFUSED/);
  assert.deepEqual(fleet.patched(), []);
});
