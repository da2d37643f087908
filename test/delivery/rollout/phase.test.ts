import assert from "node:assert/strict";
import { test } from "node:test";
import { stateOf } from "../../../delivery/rollout/phase";
import { aborted, paused, promoted, retried, rollout, v1, v2 } from "./objects";

const first = { phase: "Progressing", stableRS: "", currentStepIndex: 0 };
const green = { strategy: { blueGreen: {} } };
const switching = { pauseConditions: [{ reason: "BlueGreenPause" }], currentStepIndex: undefined };

const table = [
  ["stable", rollout(), { phase: "Healthy", pause: undefined, weight: 100, stable: true, desired: v1 }],
  ["at a step without an end", paused(), { phase: "Paused", pause: "step", weight: 25, step: { done: 1, of: 4 } }],
  ["at a step with an end", paused({ currentStepIndex: 3 }), { phase: "Paused", pause: "timed", weight: 50 }],
  ["paused by hand", paused({ pauseConditions: [], controllerPause: false }, { paused: true }), { pause: "manual" }],
  [
    "analysis that cannot tell",
    paused({ pauseConditions: [{ reason: "InconclusiveAnalysisRun" }] }),
    { phase: "Paused", pause: "inconclusive" },
  ],
  ["the pause was ended just now", paused({ pauseConditions: null }), { phase: "Progressing", pause: undefined }],
  ["its steps are to be left out", paused({ promoteFull: true }), { phase: "Progressing", pause: undefined }],
  ["a new template that nobody has seen yet", paused({ observedGeneration: "2" }), { phase: "Progressing" }],
  ["never seen by a controller", { ...rollout(), status: undefined }, { phase: "Progressing", podHash: "" }],
  ["the first version", rollout(first), { phase: "Progressing", first: true, stable: false, weight: 25 }],
  ["aborted", aborted(), { phase: "Degraded", aborted: true, stable: false, weight: 0 }],
  ["tried again just now", retried(), { phase: "Progressing", aborted: false }],
  [
    "degraded for another reason",
    rollout({ phase: "Degraded", message: "ProgressDeadlineExceeded" }),
    { phase: "Degraded" },
  ],
  ["promoted", promoted(), { phase: "Healthy", stable: true, desired: v2 }],
  ["blue and green", paused(switching, green), { pause: "step", weight: 0, step: undefined }],
  [
    "green by itself after a time",
    paused(switching, { strategy: { blueGreen: { autoPromotionSeconds: 30 } } }),
    { pause: "timed" },
  ],
  [
    "green takes the requests",
    paused({ ...switching, blueGreen: { activeSelector: "hash2" } }, green),
    { weight: 100 },
  ],
] as const;

for (const [name, object, expected] of table) {
  test(`state: ${name}`, () => {
    const state = stateOf(object);
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual(state[key as keyof typeof state], value, key);
    }
  });
}
