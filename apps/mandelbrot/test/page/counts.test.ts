import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { CountsError, fetchCounts } from "../../src/page/counts.js";

function answer(status: number, headers: Record<string, string> = {}): Response {
  return new Response(status === 200 ? new Uint32Array([7, 8]) : "no", { status, headers });
}

/** Has the server answer so, one after another, then the last for good. */
function answers(context: TestContext, ...all: readonly (() => Response)[]) {
  let next = 0;
  return context.mock.method(globalThis, "fetch", () => {
    const make = all[Math.min(next, all.length - 1)];
    next += 1;
    return make === undefined ? Promise.reject(new TypeError("no answer")) : Promise.resolve(make());
  });
}

describe("asking for counts", () => {
  const { signal } = new AbortController();

  it("gives the counts and who painted them", async (context) => {
    const fetch = answers(context, () => answer(200, { "x-painted-by": "gcp;tiles=1" }));
    const counts = await fetchCounts({ re: "0", tileWidth: 2 }, signal);
    assert.deepEqual([...counts.values], [7, 8]);
    assert.equal(counts.painter, "gcp");
    assert.equal(fetch.mock.calls[0]?.arguments[0], "/api/render?re=0&tileWidth=2&format=counts");
  });

  it("asks again, as late as a busy server says", async (context) => {
    const fetch = answers(
      context,
      () => answer(503, { "retry-after": "1" }),
      () => answer(200),
    );
    const start = performance.now();
    assert.equal((await fetchCounts({}, signal)).painter, "nobody");
    assert.ok(performance.now() - start >= 990);
    assert.equal(fetch.mock.callCount(), 2);
  });

  it("gives up on a request that is wrong", async (context) => {
    const fetch = answers(context, () => answer(400));
    await assert.rejects(fetchCounts({}, signal), CountsError);
    assert.equal(fetch.mock.callCount(), 1);
  });

  it("gives up in the end", async (context) => {
    const fetch = answers(context, () => answer(503, { "retry-after": "0" }));
    await assert.rejects(fetchCounts({}, signal), /answered 503/);
    assert.equal(fetch.mock.callCount(), 5);
  });

  it("stops waiting when it is aborted", async (context) => {
    answers(context, () => answer(503, { "retry-after": "9" }));
    const controller = new AbortController();
    const counts = fetchCounts({}, controller.signal);
    setTimeout(() => {
      controller.abort();
    }, 20);
    const start = performance.now();
    await assert.rejects(counts, { name: "AbortError" });
    assert.ok(performance.now() - start < 5_000);
  });
});
