import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Worker } from "node:worker_threads";
import { createPainter } from "../../src/kernel/paint.js";
import type { CountRequest } from "../../src/kernel/request.js";
import { createPool, type Pool } from "../../src/workers/pool.js";

const small: CountRequest = {
  view: { re: "-0.75", im: "0.1", span: 0.1, width: 100, height: 80, iterations: 500 },
};

/** Takes minutes: every point is inside the set, and no short cycle ends it. */
const endless: CountRequest = {
  view: {
    re: "-0.7436438870371587",
    im: "0.1318259042053119",
    span: 1e-12,
    width: 1_000,
    height: 1_000,
    iterations: 100_000,
  },
};

const signal = new AbortController().signal;
const inAMinute = () => Date.now() + 60_000;

const file = path.join(import.meta.dirname, "../../src/workers/painter.ts");

describe("the pool", () => {
  const threads: Worker[] = [];
  let pool: Pool;
  before(() => {
    process.on("worker", (worker: Worker) => threads.push(worker));
    pool = createPool({ workers: 2, file, module: undefined });
  });
  after(() => pool.close());

  it("paints what the kernel paints", async () => {
    const { counts } = await pool.paint(small, { signal, deadline: inAMinute() });
    assert.deepEqual(counts, createPainter().paintCounts(small));
  });

  it("refuses what the kernel refuses, without trying twice", async () => {
    const wrong = { view: { ...small.view, re: "nonsense" } };
    await assert.rejects(pool.paint(wrong, { signal, deadline: inAMinute() }), {
      name: "RequestError",
      message: /nonsense/,
    });
  });

  it("leaves a tile that nobody wants any more, in the middle of it", async () => {
    const left = new AbortController();
    const reason = new Error("left");
    const tiles = [1, 2, 3].map(() => pool.paint(endless, { signal: left.signal, deadline: inAMinute() }));
    setTimeout(() => {
      left.abort(reason);
    }, 100);
    for (const { status, reason: told } of (await Promise.allSettled(tiles)) as PromiseRejectedResult[]) {
      assert.deepEqual([status, told], ["rejected", reason]);
    }
    // And its threads are free again.
    await pool.paint(small, { signal, deadline: inAMinute() });
  });

  it("leaves a tile of a single row too", async () => {
    const row = { view: { ...endless.view, width: 200_000, height: 1 } };
    await assert.rejects(pool.paint(row, { signal, deadline: Date.now() + 50 }), { name: "LateError" });
  });

  it("paints rows that are longer than what is painted at once", async () => {
    const row: CountRequest = { view: { ...small.view, width: 9_001, height: 3, iterations: 60 } };
    const { counts } = await pool.paint(row, { signal, deadline: inAMinute() });
    assert.deepEqual(counts, createPainter().paintCounts(row));
  });

  it("leaves a tile whose time is over", async () => {
    await assert.rejects(pool.paint(endless, { signal, deadline: Date.now() + 50 }), { name: "LateError" });
  });

  it("paints what is urgent before what waits already", async () => {
    // With one thread tiles end in the order in which they begin.
    const pool = createPool({ workers: 1, file, module: undefined });
    after(() => pool.close());
    await pool.paint(small, { signal, deadline: inAMinute() });
    const order: string[] = [];
    const left = new AbortController();
    const busy = pool.paint(endless, { signal: left.signal, deadline: inAMinute() }).catch(() => undefined);
    const paint = async (name: string, lane: "first" | "later") => {
      await pool.paint(small, { signal, deadline: inAMinute(), lane });
      order.push(name);
    };
    const waiting = [paint("a", "later"), paint("b", "later"), paint("c", "first"), paint("d", "first")];
    assert.equal(pool.waiting(), 4);
    left.abort();
    await Promise.all([busy, ...waiting]);
    assert.deepEqual(order.slice(0, 2).sort(), ["c", "d"]);
  });

  it("replaces a thread that dies, and paints its tile in another", async () => {
    // With one thread it is known which one paints.
    const begun = threads.length;
    const pool = createPool({ workers: 1, file, module: undefined });
    after(() => pool.close());
    await pool.paint(small, { signal, deadline: inAMinute() });
    // Half a second's work.
    const slow: CountRequest = { view: { ...endless.view, width: 60, height: 60, iterations: 50_000 } };
    const painted = pool.paint(slow, { signal, deadline: inAMinute() });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(threads.length, begun + 1);
    await threads[begun]?.terminate();
    assert.deepEqual((await painted).counts, createPainter().paintCounts(slow));
    assert.equal(threads.length, begun + 2, "there is a new one");
    assert.ok(pool.ready());
  });
});
