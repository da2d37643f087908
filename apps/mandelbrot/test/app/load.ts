import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { startApp, until } from "../support/app.js";

/** Some tenths of a second's work. */
const heavy =
  "/api/render?re=-0.7436438870371587&im=0.1318259042053119&span=1e-10&width=256&height=256&iterations=20000&format=counts";

/** More than the deadline's work. */
const endless =
  "/api/render?re=-0.7436438870371587&im=0.1318259042053119&span=1e-12&width=1024&height=1024&iterations=100000&format=counts";

describe("under load, the app", () => {
  it("sends away what is too much, with 503 and when to try again, and answers the rest", async (context) => {
    const app = await startApp(context, { QUEUE_PIXELS: String(8 * 256 * 256) });
    const answers = await Promise.all(Array.from({ length: 40 }, () => app.get(heavy)));
    const counts = await Promise.all(answers.filter(({ status }) => status === 200).map((answer) => answer.bytes()));
    const shed = answers.filter(({ status }) => status === 503);
    assert.equal(counts.length + shed.length, 40);
    assert.ok(counts.length >= 8 && shed.length > 0, `${counts.length} answered, ${shed.length} sent away`);
    assert.ok(shed.every(({ headers }) => headers.get("retry-after") === "1"));
    assert.ok(counts.every((bytes) => Buffer.compare(bytes, counts[0] ?? bytes) === 0));
    assert.equal((await app.get(heavy)).status, 200, "and then it goes on");
  });

  it("leaves the work of a client that leaves", async (context) => {
    const app = await startApp(context, { WORKERS: "1" });
    const left = new AbortController();
    const lost = app.get(endless, { signal: left.signal });
    const pending = async () =>
      /mandelbrot_pending_pixels\{[^}]*\} (\d+)/.exec(await (await app.get("/metrics")).text())?.[1];
    await until("it is at work", async () => (await pending()) !== "0");
    left.abort();
    await assert.rejects(lost, { name: "AbortError" });
    await until("nothing is left to do", async () => (await pending()) === "0");
    const started = Date.now();
    assert.equal((await app.get("/api/render")).status, 200);
    assert.ok(Date.now() - started < 10_000, "the only thread is free long before the deadline of 20 s");
  });

  it("told to end, is unready, answers everything, and ends with 0", async (context) => {
    const drain = 1500;
    const app = await startApp(context, { DRAIN_MILLISECONDS: String(drain), WORKERS: "1" });
    const statuses: number[] = [];
    let told = Number.POSITIVE_INFINITY;
    let ended = false;
    const exited = once(app.child, "exit").finally(() => {
      ended = true;
    });
    const client = async (): Promise<void> => {
      for (;;) {
        const begun = Date.now();
        try {
          const answer = await app.get("/api/render?iterations=2000&width=512&height=512");
          await answer.bytes();
          statuses.push(answer.status);
        } catch (error) {
          // Refused by a port that is closed: nothing of it was taken. Anything else would be a request that was lost, but
          // for one that comes as the port closes: the kernel resets what it has taken and the app has not.
          const { code } = (error as Error).cause as { readonly code?: string };
          const closing = begun > told + drain - 100;
          assert.ok(code === "ECONNREFUSED" || (code === "ECONNRESET" && closing), code);
          return;
        }
      }
    };
    const clients = Array.from({ length: 6 }, client);
    await until("requests are answered", () => Promise.resolve(statuses.length > 10));
    told = Date.now();
    app.child.kill("SIGTERM");
    await until("it is unready", async () => (await app.get("/readyz")).status === 503);
    assert.ok(!ended);
    const before = statuses.length;
    await Promise.all(clients);
    assert.deepEqual(await exited, [0, null]);
    assert.ok(statuses.length > before, "what came after was answered too");
    assert.deepEqual(new Set(statuses), new Set([200]));
  });
});
