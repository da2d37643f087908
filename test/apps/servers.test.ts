import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findGo } from "../../rehearsal/base-image/go-contents";
import { freePorts } from "../../rehearsal/ports";
import { repositoryRoot, shared } from "../../rehearsal/paths";
import { temporaryFolder } from "../support/simulation";

/** The example apps, as processes: what their probes, their analysis and their end rest on. */

const apps: readonly { name: string; greeting: RegExp; command: (context: TestContext) => Promise<string[]> }[] = [
  {
    name: "hello",
    greeting: /^Hello from hello on aws\.\n$/,
    command: () => Promise.resolve([process.execPath, path.join(repositoryRoot, "apps/hello/server.mjs")]),
  },
  {
    name: "fortune",
    greeting: /\n\nfortune on aws\n$/,
    command: async (context) => [await buildGo(context, "fortune")],
  },
];

async function buildGo(context: TestContext, app: string): Promise<string> {
  const { root } = await findGo();
  const program = path.join(temporaryFolder(context), app);
  await promisify(execFile)(path.join(root, "bin/go"), ["build", "-buildvcs=false", "-o", program, "."], {
    cwd: path.join(repositoryRoot, "apps", app),
    env: {
      ...process.env,
      CGO_ENABLED: "0",
      GOTOOLCHAIN: "local",
      // Kept for the next run; nothing in the home of the user, telemetry included.
      GOCACHE: path.join(shared.root, "cache/go-apps"),
      XDG_CONFIG_HOME: path.join(shared.root, "cache/go-config"),
      GOENV: "off",
    },
  });
  return program;
}

for (const { name, greeting, command } of apps) {
  test(`${name} serves, counts its answers, and drains`, { timeout: 300_000 }, async (context) => {
    const [port = 0, metricsPort = 0] = await freePorts(2);
    const [program = "", ...args] = await command(context);
    const child = spawn(program, args, {
      stdio: "inherit",
      env: { PORT: String(port), METRICS_PORT: String(metricsPort), CLOUD: "aws", DRAIN_MILLISECONDS: "1500" },
    });
    context.after(() => child.kill("SIGKILL"));
    const get = (page: string, at = port) => fetch(`http://127.0.0.1:${at}${page}`);
    await answering(child, () => get("/healthz"));

    const home = await get("/?from=a-test");
    assert.equal(home.status, 200);
    assert.match(await home.text(), greeting);
    assert.equal((await get("/readyz")).status, 200);
    assert.equal((await get("/nowhere")).status, 404);
    assert.equal((await get("/metrics")).status, 404, "the numbers are on a port of their own");
    const metrics = await (await get("/metrics", metricsPort)).text();
    assert.match(metrics, /^# TYPE http_requests_total counter$/m);
    assert.match(metrics, /^http_requests_total\{status="404"\} 2$/m);

    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await sleep(300);
    assert.equal((await get("/readyz")).status, 503);
    assert.equal((await get("/")).status, 200, "it goes on answering while it drains");
    assert.match(await (await get("/metrics", metricsPort)).text(), /^http_requests_total\{status="503"\} 1$/m);
    assert.deepEqual(await ended, [0, null]);
  });
}

async function answering(child: ChildProcess, ask: () => Promise<Response>): Promise<void> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    assert.equal(child.exitCode, null, "it has ended");
    const answer = await ask().catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(50);
  }
  assert.fail("no answer within 20 s");
}
