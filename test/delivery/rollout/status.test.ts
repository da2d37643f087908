import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, afterEach, beforeEach, test } from "node:test";
import type { ApiServer } from "./api-server";
import { paths } from "../../../delivery/rollout/objects";
import { readFleet, verdictOf } from "../../../delivery/rollout/status";
import { renderTable } from "../../../delivery/rollout/table";
import { runningVersions } from "../../../delivery/rollout/version";
import { watch, type WatchOptions } from "../../../delivery/rollout/watch";
import { shortenWaits } from "../../support/waits";
import { type Fleet, releasedPlatform, startFleet } from "./fleet";
import { aborted, application, paused, pod, promoted, v1, v2 } from "./objects";

/** The status of simulated API servers. */

shortenWaits();
const platform = releasedPlatform();
const path = paths.rollout("mandelbrot");
const pods = "/api/v1/namespaces/mandelbrot/pods";
let fleet: Fleet;

beforeEach(async () => {
  fleet = await startFleet(platform);
});

afterEach(() => fleet.stop());

after(() => {
  platform.remove();
});

function onEach(work: (server: ApiServer) => void): void {
  Object.values(fleet.clusters).forEach(work);
}

test("a row for each cloud: what it runs, from the pods, and what it is to run", async () => {
  const { aws, gcp, azure } = fleet.clusters;
  aws.put(`${pods}/a`, pod(v1));
  aws.put(`${pods}/b`, pod(v1));
  aws.put(`${pods}/c`, pod(v2, false));
  aws.put("/apis/argoproj.io/v1alpha1/namespaces/mandelbrot/analysisruns/run", {
    metadata: {
      labels: { "rollouts-pod-template-hash": "hash2" },
      ownerReferences: [{ kind: "Rollout", name: "mandelbrot" }],
    },
    status: { phase: "Running" },
  });
  gcp.put(path, aborted());
  await azure.stop();
  const status = await readFleet(fleet.options);
  const [first, second, third] = status.clouds;
  assert.ok(first !== undefined && "running" in first);
  assert.deepEqual(first.running, [
    { ...v1, pods: 2, ready: 2 },
    { ...v2, pods: 1, ready: 0 },
  ]);
  assert.deepEqual(first.rollout?.desired, v2);
  assert.deepEqual(first.analyses, [{ name: "run", phase: "Running", message: "", measured: true }]);
  assert.ok(second !== undefined && "rollout" in second && second.rollout?.aborted);
  assert.ok(third !== undefined && "error" in third);
  assert.equal(verdictOf(status), "unreached");
  const lines = renderTable(status).split("\n");
  assert.match(lines[0] ?? "", /^cloud +argo cd +health +rollout +step +weight +wanted +running +analysis +message$/);
  assert.match(
    lines[1] ?? "",
    /^aws +Synced \w{7} +Healthy +Paused +1\/4 +25 % +sha-2222222@bbbbbbb +2\/2 sha-1111111@aaaaaaa, 0\/1 sha-2222222@bbbbbbb +Running +CanaryPauseStep$/,
  );
  assert.match(lines[3] ?? "", /^azure +azure: cluster trinity-dev-azure .*ECONNREFUSED/);
});

const verdicts = [
  [
    "all healthy",
    () => {
      onEach((server) => {
        server.put(path, promoted());
      });
    },
    "healthy",
  ],
  ["all paused", () => undefined, "paused"],
  [
    "a pause that ends by itself",
    () => {
      onEach((server) => {
        server.put(path, paused({ currentStepIndex: 3 }));
      });
    },
    "progressing",
  ],
  [
    "one aborted",
    () => {
      fleet.clusters.gcp.put(path, aborted());
    },
    "degraded",
  ],
  [
    "one never released",
    () => {
      onEach((server) => {
        server.remove(path);
      });
    },
    "progressing",
  ],
  [
    "one not synced",
    () => {
      onEach((server) => {
        server.put(path, promoted());
        server.put(paths.application("mandelbrot"), application({ sync: { status: "OutOfSync" } }));
      });
    },
    "progressing",
  ],
  [
    "one without a login",
    () => {
      fleet.clusters.aws.fail(401);
    },
    "unreached",
  ],
] as const;

for (const [name, arrange, verdict] of verdicts) {
  test(`${name}: ${verdict}`, async () => {
    arrange();
    assert.equal(verdictOf(await readFleet(fleet.options)), verdict);
  });
}

test("pods that have ended do not count, and without the node's word the reference's digest does", () => {
  const unsaid = { ...pod(v1), status: { phase: "Running" } };
  const ended = { ...pod(v2), status: { phase: "Succeeded" } };
  const going = { ...pod(v2), metadata: { name: "pod", deletionTimestamp: "2026-01-01T00:00:00Z" } };
  assert.deepEqual(runningVersions("mandelbrot", [unsaid, ended, going]), [{ ...v1, pods: 1, ready: 0 }]);
});

test("an app that was never released has rows that say so", async () => {
  onEach((server) => {
    server.remove(path);
    server.remove(paths.application("mandelbrot"));
  });
  assert.match(renderTable(await readFleet(fleet.options)), /aws +- .* never released, or not synced yet\n/);
});

async function watched(more: Partial<WatchOptions>): Promise<string> {
  const out = new PassThrough();
  const whole = text(out);
  try {
    await watch({ ...fleet.options, json: false, ...more }, out as unknown as NodeJS.WriteStream);
  } finally {
    out.end();
  }
  return whole;
}

test("watching ends when all are healthy, and shows what changed and no more", async () => {
  setTimeout(() => {
    onEach((server) => {
      server.put(path, promoted());
    });
  }, 500);
  const shown = await watched({ until: "healthy", timeout: 60 });
  assert.equal(shown.match(/^cloud/gm)?.length, 2);
  assert.ok(!shown.includes("\x1b"), "there is no terminal");
});

test("watching as JSON has a line for each change", async () => {
  const [line] = (await watched({ until: "paused", json: true })).trim().split("\n");
  assert.deepEqual(Object.keys(JSON.parse(line ?? "") as object), ["app", "env", "clouds"]);
});

test("watching ends in time", async () => {
  await assert.rejects(
    watched({ until: "healthy", timeout: 1 }),
    /mandelbrot in dev is not healthy after 1 s, but paused/,
  );
});

test("watching for health ends with a version that failed", async () => {
  onEach((server) => {
    server.put(path, aborted());
  });
  assert.match(await watched({ until: "healthy" }), /Degraded/);
});
