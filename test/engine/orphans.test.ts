import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { endOrphans } from "../../rehearsal/engine/orphans";
import { homePaths } from "../../rehearsal/paths";
import { temporaryFolder } from "../support/simulation";

/** A home whose engine and language host are scripts: the engine starts the host, which waits. */
function playedHome(context: TestContext) {
  const paths = homePaths(temporaryFolder(context));
  const bin = path.join(paths.root, "bin");
  fs.mkdirSync(bin, { recursive: true });
  // A copy of Node.js under each name, so that the processes' command lines are those of the real ones.
  const [pulumi, host] = [path.join(bin, "pulumi"), path.join(bin, "pulumi-language-nodejs")];
  for (const name of [pulumi, host]) fs.symlinkSync(process.execPath, name);
  const home = { paths, project: "", pulumi, environment: { PULUMI_HOME: paths.pulumiHome } };
  const start = async (): Promise<{ engine: ChildProcess; host: number }> => {
    const script = `
      const host = require("node:child_process").spawn(${JSON.stringify(host)}, ["--eval", "setInterval(() => 0, 1000)"]);
      console.log(host.pid);
      setInterval(() => 0, 1000);`;
    const engine = spawn(pulumi, ["--eval", script], { env: { ...process.env, ...home.environment } });
    context.after(() => engine.kill("SIGKILL"));
    const [line] = (await once(engine.stdout, "data")) as [Buffer];
    return { engine, host: Number(line.toString()) };
  };
  return { home, start };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function ends(pid: number): Promise<boolean> {
  for (let tries = 0; isAlive(pid) && tries < 100; tries += 1) await new Promise((wake) => setTimeout(wake, 20));
  return !isAlive(pid);
}

test("what a killed engine left running is ended; what belongs to a living one or another home is not", async (context) => {
  const [one, other] = [playedHome(context), playedHome(context)];
  const [killed, living, elsewhere] = await Promise.all([one.start(), one.start(), other.start()]);
  for (const { engine } of [killed, elsewhere]) {
    engine.kill("SIGKILL");
    await once(engine, "exit");
  }

  endOrphans(one.home);

  assert.ok(await ends(killed.host));
  assert.ok(isAlive(living.host), "its engine lives");
  assert.ok(isAlive(elsewhere.host), "another home's");
  endOrphans(other.home);
  assert.ok(await ends(elsewhere.host));
  living.engine.kill("SIGKILL");
  await once(living.engine, "exit");
  endOrphans(one.home);
  assert.ok(await ends(living.host));
});
