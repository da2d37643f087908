import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as settle } from "node:timers/promises";
import { type Job, JobQueue } from "../../src/page/queue.js";

/** Jobs that last until they are told to end, and what became of them. */
function createJobs() {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const job = (key: string): Job => ({
    key,
    run: (signal) => {
      log.push(`start ${key}`);
      return new Promise<void>((resolve, reject) => {
        ends.set(key, resolve);
        signal.addEventListener("abort", () => {
          log.push(`abort ${key}`);
          reject(signal.reason as Error);
        });
      });
    },
  });
  return { log, job, end: (key: string) => ends.get(key)?.() };
}

describe("the queue", () => {
  it("runs a few at once, in order", async () => {
    const { log, job, end } = createJobs();
    const queue = new JobQueue(2);
    queue.want(["a", "b", "c", "d"].map(job));
    assert.deepEqual(log, ["start a", "start b"]);
    end("b");
    await settle();
    assert.deepEqual(log, ["start a", "start b", "start c"]);
    assert.equal(queue.idle, false);
  });

  it("aborts what is not wanted any more, and leaves alone what still is", async () => {
    const { log, job, end } = createJobs();
    const queue = new JobQueue(2);
    queue.want(["a", "b", "c"].map(job));
    queue.want(["d", "b"].map(job));
    await settle();
    assert.deepEqual(log, ["start a", "start b", "abort a", "start d"]);
    end("d");
    end("b");
    await settle();
    assert.equal(queue.idle, true);
  });

  it("starts anew what was aborted and is wanted again", async () => {
    const { log, job, end } = createJobs();
    const queue = new JobQueue(1);
    queue.want([job("a")]);
    queue.want([]);
    queue.want([job("a"), job("b")]);
    await settle();
    assert.deepEqual(log, ["start a", "abort a", "start a"]);
    end("a");
    await settle();
    assert.deepEqual(log.at(-1), "start b");
  });
});
