import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, type Facts, judge, newestAnalyses } from "../../../delivery/rollout/gate";
import type { Rollout } from "../../../delivery/rollout/objects";
import { stateOf } from "../../../delivery/rollout/phase";
import type { Version } from "../../../delivery/rollout/version";
import { aborted, application, paused, promoted, rollout, v1, v2 } from "./objects";

const inconclusive = paused({ pauseConditions: [{ reason: "InconclusiveAnalysisRun" }] });
const progressing = paused({ phase: "Progressing", pauseConditions: [], controllerPause: false });
const timed = paused({ currentStepIndex: 3 });
const first = rollout({ phase: "Progressing", stableRS: "" }, {}, v2);

const decisions = [
  ["paused at a step", paused(), "promote", "promote"],
  ["paused by hand", paused({ pauseConditions: [], controllerPause: false }, { paused: true }), "promote", "promote"],
  ["paused for a time", timed, "wait", "promote"],
  ["on its way", progressing, "wait", "promote"],
  ["the first version", first, "wait", "wait"],
  ["stable", promoted(), "skip", "skip"],
  [
    "stable, pods still come",
    { ...promoted(), status: { ...promoted().status, phase: "Progressing" } },
    "wait",
    "wait",
  ],
  ["aborted", aborted(), "refuse", "refuse"],
  ["analysis that cannot tell", inconclusive, "refuse", "promote"],
  ["another version", rollout(), "refuse", "refuse"],
] as const;

for (const [name, object, expected, whenFull] of decisions) {
  test(`promoting what is ${name}: ${expected}, or ${whenFull} with --full`, () => {
    assert.equal(decided(object, v2), expected);
    assert.equal(decided(object, v2, { full: true }), whenFull);
  });
}

function decided(object: Rollout, target: Version, more: Partial<Facts> = {}): string {
  return decide({ state: stateOf(object), analyses: [], target, full: false, ...more }).do;
}

const passed = { name: "run", phase: "Successful", message: "", measured: true };
const failed = { name: "run", phase: "Failed", message: "faults > 5 %", measured: true };
const blind = { name: "run", phase: "Running", message: "", measured: false };

test("a version whose analysis has not measured yet is not promoted, but with --full", () => {
  assert.equal(decided(paused(), v2, { analyses: [passed, blind] }), "wait");
  assert.equal(decided(paused(), v2, { analyses: [passed, blind], full: true }), "promote");
  assert.equal(decided(paused(), v2, { analyses: [passed, { ...blind, measured: true }] }), "promote");
});

test("gate: an analysis that ended without a measurement has not passed, but with --full", () => {
  const ended = { ...blind, phase: "Successful" };
  const facts = { state: stateOf(promoted()), application: application(), analyses: [ended], target: v2, full: false };
  assert.deepEqual(judge(facts), {
    is: "failed",
    why: "AnalysisRun run is Successful, but has not measured anything; promote --full goes on",
  });
  assert.equal(judge({ ...facts, full: true }).is, "open");
});

const gates = [
  ["stable and well", promoted(), application(), [passed], "open", ""],
  ["no analysis", promoted(), application(), [], "open", ""],
  ["analysis failed", promoted(), application(), [failed], "failed", "AnalysisRun run is Failed: faults > 5 %"],
  ["analysis runs", promoted(), application(), [{ ...passed, phase: "Running" }], "open", ""],
  ["analysis has not measured", promoted(), application(), [blind], "closed", "run is Running, but has not measured"],
  ["still at a step", progressing, application(), [passed], "closed", "the Rollout is Progressing (step 1/4)"],
  ["a pause that ends", timed, application(), [passed], "closed", "the Rollout is Paused (step 3/4)"],
  ["a further pause", paused(), application(), [passed], "paused", "step 1/4: CanaryPauseStep"],
  ["aborted", aborted(), application(), [], "failed", "the Rollout is Degraded and aborted: RolloutAborted"],
  ["another version came", rollout(), application(), [], "failed", "it is to run sha-1111111@aaaaaaa now"],
  [
    "Application not well",
    promoted(),
    application({ health: { status: "Degraded", message: "no load balancer" } }),
    [],
    "closed",
    "the Application is Degraded: no load balancer",
  ],
  ["no Application", promoted(), undefined, [], "closed", "the Application is Unknown"],
] as const;

for (const [name, object, argo, analyses, is, why] of gates) {
  test(`gate: ${name}: ${is}`, () => {
    const gate = judge({ state: stateOf(object), application: argo, analyses, target: v2, full: false });
    assert.equal(gate.is, is);
    assert.ok(gate.why.includes(why), gate.why);
  });
}

test("two versions without digests are told by their tags", () => {
  const container = { name: "mandelbrot", image: "registry.example.com:5000/mandelbrot:one" };
  const object = rollout({}, { template: { spec: { containers: [container] } } });
  assert.equal(decided(object, { tag: "one" }), "skip");
  assert.equal(decided(object, { tag: "two" }), "refuse");
  assert.equal(decided(object, v1), "refuse");
});

test("of each kind of analysis the newest counts, and only the Rollout's own", () => {
  const run = (name: string, at: string, phase: string, type: string, owner = "mandelbrot") => ({
    metadata: {
      name,
      creationTimestamp: at,
      labels: { "rollout-type": type },
      ownerReferences: [{ kind: "Rollout", name: owner }],
    },
    status: { phase },
  });
  const runs = [
    run("again", "2026-01-01T00:10:00Z", "Running", "Background"),
    run("first", "2026-01-01T00:00:00Z", "Failed", "Background"),
    run("other", "2026-01-01T00:20:00Z", "Failed", "Background", "another"),
    run("step", "2026-01-01T00:00:00Z", "Successful", "Step"),
  ];
  assert.deepEqual(
    newestAnalyses("mandelbrot", runs).map(({ name }) => name),
    ["again", "step"],
  );
});

const measurements = [
  ["nothing to measure", {}, undefined, true],
  ["no result yet", { metrics: [{}] }, undefined, false],
  ["errors only", { metrics: [{}] }, [{}], false],
  ["one measurement", { metrics: [{}, {}] }, [{}, { count: 1 }], true],
] as const;

for (const [name, spec, metricResults, measured] of measurements) {
  test(`an analysis with ${name} has ${measured ? "" : "not "}measured`, () => {
    const ownerReferences = [{ kind: "Rollout", name: "mandelbrot" }];
    const run = { metadata: { name: "run", ownerReferences }, spec, status: { metricResults } };
    assert.equal(newestAnalyses("mandelbrot", [run])[0]?.measured, measured);
  });
}
