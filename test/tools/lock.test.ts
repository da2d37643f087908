import assert from "node:assert/strict";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import test from "node:test";
import { loadExeca } from "../../rehearsal/tools/execa";
import { acquireLock } from "../../rehearsal/tools/lock.cjs";
import { temporaryFolder } from "./support";

test("one holder at a time, and nothing is left behind", async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "a", "lock");
  const waitedFor: (number | undefined)[] = [];
  let holders = 0;
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      const lock = await acquireLock(file, { onWait: (pid) => waitedFor.push(pid) });
      holders += 1;
      assert.equal(holders, 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      holders -= 1;
      lock.release();
    }),
  );
  assert.deepEqual(new Set(waitedFor), new Set([process.pid]));
  assert.deepEqual(await readdir(path.dirname(file)), []);
});

for (const [what, owner] of [
  ["of a process that ended", async () => ({ pid: await endedProcess(), started: null, host: hostname() })],
  [
    "of an earlier process with an id now given out again",
    () => ({ pid: process.pid, started: "1", host: hostname() }),
  ],
  ["cut short while it was written", () => "{"],
] as const) {
  test(`takes over a lock ${what}`, { skip: process.platform !== "linux" && what.includes("given out") }, async (t) => {
    const file = path.join(await temporaryFolder(t), "lock");
    const content = await owner();
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    const lock = await acquireLock(file, { timeoutMs: 2_000 });
    assert.match(await readFile(file, "utf8"), new RegExp(`"pid":${process.pid},`));
    lock.release();
  });
}

test("takes over a stale lock whose removal was itself cut short", async (t) => {
  const file = path.join(await temporaryFolder(t), "lock");
  await writeFile(file, JSON.stringify({ pid: await endedProcess(), started: null, host: hostname() }));
  await mkdir(`${file}.removal`);
  const longAgo = Date.now() / 1000 - 60;
  await utimes(`${file}.removal`, longAgo, longAgo);
  (await acquireLock(file, { timeoutMs: 2_000 })).release();
});

test("a lock of another host is left alone, and the error says whose it is and what to do", async (t) => {
  const file = path.join(await temporaryFolder(t), "lock");
  await writeFile(file, JSON.stringify({ pid: 1, started: null, host: "elsewhere" }));
  const waiting = acquireLock(file, { timeoutMs: 300 });
  await assert.rejects(waiting, /still held by process 1 on elsewhere after 0 s\. .*delete the file/);
});

test("release does not take another's lock away", async (t) => {
  const file = path.join(await temporaryFolder(t), "lock");
  const lock = await acquireLock(file);
  await writeFile(file, "another's");
  lock.release();
  assert.equal(await readFile(file, "utf8"), "another's");
});

test("the waiting ends with its signal", async (t) => {
  const file = path.join(await temporaryFolder(t), "lock");
  const lock = await acquireLock(file);
  await assert.rejects(acquireLock(file, { signal: AbortSignal.timeout(50) }), { name: "AbortError" });
  lock.release();
});

async function endedProcess(): Promise<number> {
  const { execa } = await loadExeca();
  const child = execa("true");
  await child;
  if (child.pid === undefined) throw new Error("The process did not start.");
  return child.pid;
}
