import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import readline from "node:readline";
import type { TestContext } from "node:test";
import { runBundle } from "../../build/run.js";
import { bundled } from "./bundle.js";

/** The app in a process of its own. */
export interface RunningApp {
  /** What it was told besides the defaults: enough to start another in its place. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  readonly child: ChildProcess;
  /** What it logged so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Its answer to a GET. */
  get(page: string, init?: RequestInit): Promise<Response>;
}

type Owner = Pick<TestContext, "after"> | undefined;

/** Starts the app as the image does; it ends with the test. @param owner without one, whoever calls ends it */
export async function startApp(owner: Owner, environment: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const child = runBundle(await bundled(), { PORT: "0", DRAIN_MILLISECONDS: "0", ...environment }, "pipe");
  assert.ok(child.stdout !== null);
  const log: Record<string, unknown>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => {
      reject(new Error(`the app ended with ${code} before it listened: ${JSON.stringify(log)}`));
    });
    readline.createInterface(child.stdout ?? process.stdin).on("line", (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      const address = /http:\/\/[\d.:]+/.exec(String(entry.msg));
      if (String(entry.msg).startsWith("Server listening") && address !== null) {
        resolve(address[0]);
      }
    });
  });
  const app = {
    environment,
    url,
    child,
    log,
    get: (page: string, init?: RequestInit) => fetch(new URL(page, url), init),
  };
  owner?.after(() => killApps(app));
  return app;
}

/** Ends apps at once, and waits until they have. */
export async function killApps(...apps: readonly RunningApp[]): Promise<void> {
  for (const { child } of apps.filter((app) => app.child.exitCode === null && app.child.signalCode === null)) {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}

/** What {@link startClouds} makes. */
export type RunningClouds = Readonly<Record<"aws" | "gcp" | "azure", RunningApp>>;

export const secret = "a secret that three clouds of a test share";

/** Starts three processes that play three clouds and know each other, and waits until they do. @param owner as above */
export async function startClouds(
  owner: Owner,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningClouds> {
  const names = ["aws", "gcp", "azure"] as const;
  const ports = await freePorts(names.length);
  const urls = Object.fromEntries(names.map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]));
  const start = (name: (typeof names)[number], index: number) =>
    startApp(owner, {
      CLOUD: name,
      REGION: `${name}-region`,
      IMAGE: `${name}.example.com/mandelbrot:1.2.3@sha256:${String(index).repeat(64)}`,
      PORT: String(ports[index]),
      STAGE_URLS: JSON.stringify(urls),
      STAGE_SECRET: secret,
      WORKERS: "1",
      ...environment,
    });
  const [aws, gcp, azure] = await Promise.all([start("aws", 0), start("gcp", 1), start("azure", 2)]);
  const clouds = { aws, gcp, azure };
  await until("every cloud sees the others", async () => {
    const seen = await Promise.all(names.map((name) => peersOf(clouds[name])));
    return seen.every((peers) => peers.every(({ state }) => state === "up"));
  });
  return clouds;
}

export interface PeerSeen {
  readonly cloud: string;
  readonly state: string;
  readonly reason?: string;
  readonly tiles: number;
}

/** What a cloud says of the others. */
export async function peersOf(app: RunningApp): Promise<readonly PeerSeen[]> {
  return ((await (await app.get("/api/meta")).json()) as { readonly peers: readonly PeerSeen[] }).peers;
}

/** Waits until something holds, for half a minute at most. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `half a minute went by, and still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Ports that were free a moment ago. They are below those that Linux gives to connections (32768-60999), of which one
 * may be taken again before the app listens, and below Kubernetes' node ports (30000-32767).
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: net.Server[] = [];
  while (servers.length < count) {
    const server = net.createServer();
    try {
      await once(server.listen(randomInt(11_000, 30_000), "127.0.0.1"), "listening");
      servers.push(server);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
