import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { after, test } from "node:test";
import { restart, retry } from "../../../delivery/rollout/again";
import type { FleetOptions } from "../../../delivery/rollout/fleet";
import { promoteFleet } from "../../../delivery/rollout/promote";
import { type ClusterStatus, readFleet } from "../../../delivery/rollout/status";
import { sync } from "../../../delivery/rollout/sync";
import { takeBack } from "../../../delivery/rollout/take-back";
import { watch } from "../../../delivery/rollout/watch";
import { startArgoCd, startPlayedNode, startRollouts } from "../../../rehearsal/clusters";
import { overlays } from "../../delivery/rollout/fleet";
import { v1, v2 } from "../../delivery/rollout/objects";
import { makePlatform, mergeBranch } from "../../delivery/platform";
import { prepareArgoCd, prepareRollouts } from "./argo";
import { apply, oneControlPlane, until, workbench } from "./support";

/**
 * The rollout commands on a real API server, with the real Argo CD and Argo Rollouts. Only the node is played: its pods
 * say that they are ready, and nothing runs.
 */

const v3 = { tag: `sha-${"3".repeat(40)}`, digest: `sha256:${"c".repeat(64)}` };

test("versions are synced, promoted, given up and taken back", { timeout: 900_000 }, async (t) => {
  const bench = await workbench();
  const platform = makePlatform();
  after(() => {
    platform.remove();
  });
  platform.point(`file://${platform.remote}`);
  const release = (version: typeof v1, more = {}) =>
    platform.commit(`Release ${version.tag}`, { ...overlays(version), ...more });
  release(v1, { "apps/mandelbrot/deploy/base/rollout.yaml": JSON.stringify(rollout) });

  const plane = await oneControlPlane(bench);
  bench.keep(await startPlayedNode(plane, bench.clusters));
  await Promise.all([prepareArgoCd(plane.api), prepareRollouts(plane.api)]);
  // Argo CD compares by the schemas that it has read; a custom resource's is published a moment after it is served.
  await until("the schema of Rollouts is published", async () => {
    return (await plane.api.text("/openapi/v2")).includes('"io.argoproj.v1alpha1.Rollout"') || undefined;
  });
  bench.keep(await startRollouts(plane, { ...bench.clusters, environment: {} }));
  bench.keep(await startArgoCd(plane, { ...bench.clusters, environment: {} }));
  await apply(plane.api, { apiVersion: "v1", kind: "Namespace", metadata: { name: "mandelbrot" } });
  await apply(plane.api, application(`file://${platform.remote}`));
  const kubeconfigs = path.join(bench.root, "kubeconfigs");
  fs.mkdirSync(kubeconfigs);
  fs.copyFileSync(plane.kubeconfig, path.join(kubeconfigs, "dev-aws.yaml"));

  const { signal } = new AbortController();
  const fleet: FleetOptions = {
    root: platform.root,
    app: "mandelbrot",
    env: "dev",
    clouds: ["aws"],
    kubeconfigs,
    signal,
    report: (line) => {
      t.diagnostic(line);
    },
  };
  const promote = (full = false) => promoteFleet({ ...fleet, full, gate: "automatic", soak: 1, timeout: 120 });
  const take = (what: "abort" | "undo") => takeBack({ ...fleet, what, autoMerge: false });
  const become = async (state: "healthy" | "paused") => {
    await sync({ ...fleet, timeout: 120 });
    const out = new PassThrough();
    out.setEncoding("utf8").on("data", (table: string) => {
      t.diagnostic(table);
    });
    await watch({ ...fleet, until: state, timeout: 120, json: false }, out as unknown as NodeJS.WriteStream);
    return only(fleet);
  };

  await t.test("the first version goes through by itself", async () => {
    const { rollout: state, running, application: argo } = await become("healthy");
    assert.deepEqual([state?.phase, state?.stable, argo?.sync], ["Healthy", true, "Synced"]);
    assert.equal(argo?.revision, platform.git("rev-parse", "HEAD"));
    assert.deepEqual(running, [{ ...v1, pods: 4, ready: 4 }]);
  });

  await t.test("the next one pauses, is promoted, and is stable then", async () => {
    release(v2);
    const { rollout: state, running } = await become("paused");
    assert.deepEqual([state?.phase, state?.pause, state?.weight], ["Paused", "step", 25]);
    assert.deepEqual(
      running.map(({ tag, ready }) => [tag, ready]),
      [
        [v1.tag, 3],
        [v2.tag, 1],
      ],
    );
    assert.deepEqual((await promote()).clouds, [{ cloud: "aws", status: "healthy" }]);
    assert.deepEqual((await only(fleet)).running, [{ ...v2, pods: 4, ready: 4 }]);
    assert.deepEqual((await promote()).clouds, [{ cloud: "aws", status: "already" }]);
  });

  await t.test("one that is given up stays so until Git is back, whatever Argo CD heals", async () => {
    release(v3);
    await become("paused");
    const result = await take("abort");
    assert.deepEqual(
      [result.clouds[0]?.status, result.proposals[0]?.status],
      ["aborted", "pushed"],
      String(result.fault),
    );
    const old = async () => {
      const { rollout: state, running } = await only(fleet);
      return state?.phase === "Degraded" && running.length === 1 && running[0]?.tag === v2.tag ? state : undefined;
    };
    const state = await until("the old version has all pods", old);
    assert.ok(state.aborted);
    await sync({ ...fleet, timeout: 120 });
    assert.ok(await old());
    mergeBranch(platform, result.proposals[0]?.branch ?? "");
    assert.deepEqual((await become("healthy")).rollout?.desired, v2);
  });

  await t.test("one that was given up is tried again, and skips its steps", async () => {
    release(v3);
    await become("paused");
    await take("abort");
    assert.deepEqual(await retry(fleet), [{ cloud: "aws", status: "retried" }]);
    assert.deepEqual((await promote(true)).clouds, [{ cloud: "aws", status: "healthy" }]);
    assert.deepEqual((await only(fleet)).rollout?.desired, v3);
  });

  await t.test("its pods are made anew", async () => {
    const names = async () => {
      const { items } = (await plane.api.get("/api/v1/namespaces/mandelbrot/pods")) as Pods;
      return new Set(items.map(({ metadata }) => metadata.uid));
    };
    const before = await names();
    assert.deepEqual(await restart(fleet), [{ cloud: "aws", status: "restarted" }]);
    await until("all pods are new", async () => [...(await names())].every((uid) => !before.has(uid)) || undefined);
    await become("healthy");
  });

  await t.test("one that is stable is taken back through Git", async () => {
    const result = await take("undo");
    assert.deepEqual(
      [result.clouds[0]?.status, result.proposals[0]?.status],
      ["stable", "pushed"],
      String(result.fault),
    );
    mergeBranch(platform, result.proposals[0]?.branch ?? "");
    // Without steps: it goes back to one of the last versions (`rollbackWindow`).
    const { rollout: state, running } = await become("healthy");
    assert.deepEqual([state?.desired, state?.stable], [v2, true]);
    assert.deepEqual(running, [{ ...v2, pods: 4, ready: 4 }]);
  });
});

interface Pods {
  readonly items: readonly { readonly metadata: { readonly uid: string } }[];
}

async function only(fleet: FleetOptions): Promise<ClusterStatus> {
  const [status] = (await readFleet(fleet)).clouds;
  assert.ok(status !== undefined && "running" in status, JSON.stringify(status));
  return status;
}

const labels = { app: "mandelbrot" };

const rollout = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name: "mandelbrot" },
  spec: {
    replicas: 4,
    rollbackWindow: { revisions: 3 },
    selector: { matchLabels: labels },
    strategy: {
      canary: {
        maxSurge: 1,
        maxUnavailable: 0,
        steps: [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: "2s" } }],
      },
    },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: "mandelbrot", image: "mandelbrot" }] },
    },
  },
};

function application(repoURL: string) {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "mandelbrot", namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL, targetRevision: "HEAD", path: "apps/mandelbrot/deploy/overlays/dev/aws" },
      destination: { server: "https://kubernetes.default.svc", namespace: "mandelbrot" },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["ServerSideApply=true"] },
    },
  };
}
