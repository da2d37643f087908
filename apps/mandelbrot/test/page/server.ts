import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "../../build/bundle.js";

/** Servers that were started from a bundle of their own. */
export interface RunningServers {
  /** Their addresses, without a slash at the end. */
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

/** Milliseconds that a server has until it is ready. */
const patience = 20_000;

const stageClouds = ["aws", "gcp", "azure"];

/**
 * Bundles the app and starts it: one server, or one for each cloud, which paint together.
 *
 * @param count 1, or up to 3 for clouds
 * @param environment settings of all of them
 */
export async function startServers(
  count: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningServers> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mandelbrot-"));
  const children: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(children.map(kill));
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    await bundle(folder);
    const ports = await freePorts(count);
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const stage: Record<string, string> = Object.fromEntries(urls.map((url, index) => [stageClouds[index] ?? "", url]));
    for (const [index, port] of ports.entries()) {
      const cloud = stageClouds[index] ?? "local";
      const settings = {
        ...{ PORT: String(port), LOG_LEVEL: "silent" },
        ...(count > 1 && {
          ...{
            CLOUD: cloud,
            REGION: `${cloud}-region`,
            VERSION: "1.2.3",
            DIGEST: `sha256:${String(index).repeat(64)}`,
          },
          ...{ STAGE_URLS: JSON.stringify(stage), STAGE_SECRET: "a secret that only these tests know" },
        }),
        ...environment,
      };
      const env = { ...process.env, ...settings };
      children.push(spawn(process.execPath, [path.join(folder, "main.js")], { env, stdio: "inherit" }));
    }
    await Promise.all(urls.map((url) => ready(url)));
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
}

async function ready(url: string): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isReady(url))) {
    if (performance.now() > end) {
      throw new Error(`${url} is not ready after ${patience} ms`);
    }
    await sleep(50);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/readyz`);
    return ok;
  } catch {
    return false;
  }
}

/** Ports that nobody listened at a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
