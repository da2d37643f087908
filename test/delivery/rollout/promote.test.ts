import assert from "node:assert/strict";
import { after, afterEach, beforeEach, test } from "node:test";
import { RefusedError } from "../../../delivery/failure";
import { ClusterError } from "../../../delivery/rollout/cluster";
import { paths } from "../../../delivery/rollout/objects";
import { promoteFleet, type PromoteOptions } from "../../../delivery/rollout/promote";
import { describePromotion } from "../../../delivery/rollout/tell";
import { shortenWaits } from "../../support/waits";
import { type Fleet, releasedPlatform, startFleet } from "./fleet";
import { aborted, application, paused, promoted, retried, rollout } from "./objects";

/** Promotion on simulated API servers, whose controllers the test plays. */

const path = paths.rollout("mandelbrot");
shortenWaits();
const platform = releasedPlatform();
let fleet: Fleet;

beforeEach(async () => {
  fleet = await startFleet(platform);
});

after(() => {
  platform.remove();
});

afterEach(() => fleet.stop());

function promote(more: Partial<PromoteOptions> = {}) {
  return promoteFleet({ ...fleet.options, full: false, gate: "automatic", soak: 0, timeout: 60, ...more });
}

function outcomes({ clouds }: Awaited<ReturnType<typeof promote>>): string[] {
  return clouds.map(({ cloud, status }) => `${cloud} ${status}`);
}

test("one cloud after the other, in the order of app.yaml", async () => {
  const order: string[] = [];
  for (const server of Object.values(fleet.clusters)) {
    const { react } = server;
    server.react = (...patch) => {
      order.push(server.cloud);
      react(...patch);
    };
  }
  const result = await promote();
  assert.deepEqual(outcomes(result), ["aws healthy", "gcp healthy", "azure healthy"]);
  assert.deepEqual(order, ["aws", "gcp", "azure"]);
  assert.deepEqual(fleet.clusters.aws.patches[0]?.body.status, { pauseConditions: null });
  assert.deepEqual(outcomes(await promote()), ["aws already", "gcp already", "azure already"]);
  assert.equal(fleet.patched().length, 3, "the second time changed nothing");
});

test("the order of --clouds", async () => {
  assert.deepEqual(outcomes(await promote({ clouds: ["azure", "aws"] })), ["azure healthy", "aws healthy"]);
  assert.equal(fleet.clusters.gcp.patches.length, 0);
});

test("by hand, one cloud at a time", async () => {
  const results = [];
  for (let call = 1; call <= 3; call++) results.push(outcomes(await promote({ gate: "manual" })).join(", "));
  assert.deepEqual(results, [
    "aws healthy, gcp waiting, azure waiting",
    "aws already, gcp healthy, azure waiting",
    "aws already, gcp already, azure healthy",
  ]);
});

test("--full leaves the steps out, and keeps the order", async () => {
  assert.deepEqual(outcomes(await promote({ full: true })), ["aws healthy", "gcp healthy", "azure healthy"]);
  assert.deepEqual(fleet.clusters.gcp.patches[0]?.body.status, { promoteFull: true });
});

test("a version that was given up, and is to be tried again, is not taken for given up", async () => {
  fleet.clusters.aws.put(path, retried());
  assert.deepEqual(outcomes(await promote({ clouds: ["aws"], full: true })), ["aws healthy"]);
});

test("a pause by hand is ended, too", async () => {
  fleet.clusters.aws.put(path, paused({}, { paused: true }));
  fleet.clusters.aws.react = (patched) => {
    if (!patched.endsWith("/status")) fleet.clusters.aws.put(path, promoted());
  };
  assert.deepEqual(outcomes(await promote({ clouds: ["aws"] })), ["aws healthy"]);
  assert.deepEqual(
    fleet.clusters.aws.patches.map(({ path: patched }) => patched),
    [`${path}/status`, path],
  );
});

const failures = [
  [
    "its analysis fails",
    () => {
      fleet.clusters.gcp.put(path, aborted("assessed Failed"));
    },
    /Degraded.*assessed Failed/,
  ],
  [
    "another version comes",
    () => {
      fleet.clusters.gcp.put(path, rollout());
    },
    /to run sha-1111111@aaaaaaa now/,
  ],
  [
    "the Application is ill",
    () => {
      illApplication();
    },
    /not well within 3 s: the Application is Degraded: no address/,
  ],
  ["it never goes on", () => undefined, /not well within 3 s: the Rollout is Progressing/],
  [
    "its server goes away",
    () => {
      fleet.clusters.gcp.fail("reset");
    },
    /cluster trinity-dev-gcp .*GET .*rollouts/,
  ],
] as const;

for (const [name, fault, why] of failures) {
  test(`when ${name} after it was promoted, the fleet stops, and the next cloud stays as it is`, async () => {
    fleet.clusters.gcp.react = fault;
    const result = await promote({ timeout: 3 });
    assert.deepEqual(outcomes(result), ["aws healthy", "gcp failed", "azure waiting"]);
    assert.match(result.clouds[1]?.why ?? "", why);
    assert.equal(fleet.clusters.azure.patches.length, 0);
    assert.match(describePromotion(result), /The fleet stopped.*rollout abort --app mandelbrot --env dev/s);
  });
}

function illApplication(): void {
  fleet.clusters.gcp.put(path, promoted());
  const health = { status: "Degraded", message: "no address" };
  fleet.clusters.gcp.put(paths.application("mandelbrot"), application({ health }));
}

test("a further pause without an end stops the fleet without a fault", async () => {
  fleet.clusters.aws.react = () => {
    fleet.clusters.aws.put(path, paused({ currentStepIndex: 1 }));
  };
  const result = await promote();
  assert.deepEqual(outcomes(result), ["aws paused", "gcp waiting", "azure waiting"]);
  assert.match(describePromotion(result), /yours to let go on/);
});

test("who falls ill while it has to stay well, does not pass", async () => {
  fleet.clusters.aws.react = () => {
    fleet.clusters.aws.put(path, promoted());
    setTimeout(() => {
      fleet.clusters.aws.put(path, aborted());
    }, 500);
  };
  const result = await promote({ soak: 3 });
  assert.deepEqual(outcomes(result), ["aws failed", "gcp waiting", "azure waiting"]);
});

test("what is still on its way to the pause is waited for", async () => {
  fleet.clusters.aws.put(path, paused({ phase: "Progressing", pauseConditions: [], controllerPause: false }));
  setTimeout(() => {
    fleet.clusters.aws.put(path, paused());
  }, 500);
  assert.deepEqual(outcomes(await promote({ clouds: ["aws"] })), ["aws healthy"]);
});

test("what its analysis has not measured yet is waited for", async () => {
  const { aws } = fleet.clusters;
  const measure = (count: number) => {
    aws.put(`${path.replace(/rollouts.*/, "analysisruns")}/run`, {
      metadata: {
        labels: { "rollouts-pod-template-hash": "hash2" },
        ownerReferences: [{ kind: "Rollout", name: "mandelbrot" }],
      },
      spec: { metrics: [{}] },
      status: { phase: "Running", metricResults: [{ count }] },
    });
  };
  measure(0);
  const result = await promote({ clouds: ["aws"], timeout: 1 });
  assert.match(result.clouds[0]?.why ?? "", /not to be promoted within 1 s: AnalysisRun run is Running, but has not/);
  assert.deepEqual(fleet.patched(), []);
  setTimeout(() => {
    measure(1);
  }, 500);
  assert.deepEqual(outcomes(await promote({ clouds: ["aws"] })), ["aws healthy"]);
});

test("a server that does not answer for a moment is asked again, and stops nothing", async () => {
  const { aws } = fleet.clusters;
  const { react } = aws;
  aws.fail(503, "/rollouts/", 4);
  aws.react = (...patch) => {
    aws.fail(503, "/rollouts/", 4);
    react(...patch);
  };
  // The first question of all, before anything is changed, has no such patience.
  await assert.rejects(promote({ clouds: ["aws"] }), ClusterError);
  assert.deepEqual(outcomes(await promote({ clouds: ["aws"], timeout: 30 })), ["aws healthy"]);
});

test("a promotion whose answer is lost is not made again, but looked at", async () => {
  fleet.clusters.aws.fail(503, "/status", 3);
  const result = await promote({ clouds: ["aws"], timeout: 30 });
  assert.match(result.clouds[0]?.why ?? "", /paused at step 1\/4/);
  assert.deepEqual(fleet.patched(), []);
});

test("a Rollout that changes between reading and promoting is looked at anew", async () => {
  fleet.clusters.aws.fail(409, "/status", 2);
  assert.deepEqual(outcomes(await promote({ clouds: ["aws"] })), ["aws healthy"]);
});

test("a cloud that failed before its turn is refused, and not promoted", async () => {
  fleet.clusters.aws.put(path, aborted());
  assert.deepEqual(outcomes(await promote()), ["aws failed", "gcp waiting", "azure waiting"]);
  assert.deepEqual(fleet.patched(), []);
});

test("clouds that are to run different versions: nothing is changed", async () => {
  fleet.clusters.azure.put(path, rollout());
  await assert.rejects(promote(), (error: Error) => {
    assert.ok(error instanceof RefusedError);
    assert.match(error.message, /aws: sha-2222222@bbbbbbb, gcp: .*, azure: sha-1111111@aaaaaaa/);
    return true;
  });
  assert.deepEqual(fleet.patched(), []);
});

test("a cluster that cannot be asked: nothing is changed", async () => {
  await fleet.clusters.azure.stop();
  await assert.rejects(promote(), (error: Error) => {
    assert.ok(error instanceof ClusterError);
    assert.match(
      error.message,
      /azure: cluster trinity-dev-azure \(https:.*\), GET .*: .*ECONNREFUSED.* Is the cluster up/,
    );
    return true;
  });
  assert.deepEqual(fleet.patched(), []);
});

test("an app that a cluster does not have: nothing is changed", async () => {
  await assert.rejects(promote({ app: "absent" }), /There is no apps\/absent\/app.yaml/);
  await assert.rejects(promote({ env: "test" }), /"mandelbrot" does not run in test: app.yaml says dev, prod/);
});

test("Ctrl-C ends it at once", async () => {
  const interruption = new AbortController();
  fleet.clusters.aws.react = () => {
    interruption.abort(new Error("interrupted"));
  };
  await assert.rejects(promote({ signal: interruption.signal }), /interrupted/);
  assert.equal(fleet.clusters.gcp.patches.length, 0);
});
