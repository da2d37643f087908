import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { repositoryRoot } from "../../rehearsal/paths";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} ends the work in order, another one does not cut it short, and the exit code says so`, async () => {
    await interrupted(signal);
  });
}

async function interrupted(signal: NodeJS.Signals): Promise<void> {
  const script = `
    const { interruptible } = require("./rehearsal/interruption.ts");
    const { runMain } = require("./rehearsal/run-main.ts");
    runMain(() => interruptible(async (signal) => {
      const alive = setInterval(() => undefined, 1000);
      console.log("working");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      console.log("finishing");
      await new Promise((resolve) => process.once("SIGINT", resolve));
      console.log("finished");
      clearInterval(alive);
      signal.throwIfAborted();
    }));`;
  const work = spawn(process.execPath, ["--import", "tsx", "--eval", script], { cwd: repositoryRoot });
  let [said, told] = ["", ""];
  work.stderr.on("data", (data: Buffer) => (told += data.toString()));
  const until = async (word: string) => {
    while (!said.includes(word)) said += ((await once(work.stdout, "data")) as [Buffer])[0].toString();
  };
  await until("working");
  work.kill(signal);
  await until("finishing");
  work.kill("SIGINT");
  await until("finished");
  const [code] = (await once(work, "exit")) as [number];
  assert.equal(code, 130);
  assert.match(told, /Interrupted: finishing what has begun[^]*Run the same command again to go on/);
}
