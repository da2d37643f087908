// Three processes on this machine play three clouds that paint one picture. Whenever the source changes they are built
// and started again.
//
//   node build/dev.ts
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import readline from "node:readline";
import { context } from "esbuild";
import { bundleOptions } from "./bundle.ts";
import { runBundle } from "./run.ts";

const dist = path.join(path.dirname(import.meta.dirname), "dist");

/** Where each would run; nothing is there. */
const regions = { aws: "us-east-1", gcp: "us-central1", azure: "eastus" } as const;

type Cloud = keyof typeof regions;

const names = Object.keys(regions) as Cloud[];
const firstPort = Number(process.env.PORT ?? 8080);

/** As many ports as there are clouds, from the wanted one on where they are free. */
async function freePorts(): Promise<Map<Cloud, number>> {
  const ports = new Map<Cloud, number>();
  const servers: net.Server[] = [];
  for (const [index, cloud] of names.entries()) {
    for (const port of [firstPort + index, 0]) {
      const server = net.createServer();
      const listens = new Promise<boolean>((resolve) => {
        server.once("error", () => {
          resolve(false);
        });
        server.listen(port, "127.0.0.1", () => {
          resolve(true);
        });
      });
      if (await listens) {
        servers.push(server);
        ports.set(cloud, (server.address() as net.AddressInfo).port);
        break;
      }
    }
  }
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  return ports;
}

const ports = await freePorts();
const shared = {
  STAGE_URLS: JSON.stringify(Object.fromEntries(names.map((cloud) => [cloud, `http://127.0.0.1:${ports.get(cloud)}`]))),
  STAGE_SECRET: randomBytes(32).toString("hex"),
  DRAIN_MILLISECONDS: "0",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
};
const running = new Map<Cloud, ChildProcess>();
let stopping = false;

function start(cloud: Cloud): void {
  const own = { CLOUD: cloud, REGION: regions[cloud], CLUSTER: `played-${cloud}`, PORT: String(ports.get(cloud)) };
  const child = runBundle(dist, { ...shared, ...own }, "pipe");
  running.set(cloud, child);
  if (child.stdout !== null) {
    readline.createInterface(child.stdout).on("line", (line) => {
      console.log(`${cloud.padEnd(5)} ${line}`);
    });
  }
  child.on("exit", (code, signal) => {
    if (running.get(cloud) === child) {
      running.delete(cloud);
      if (!stopping) {
        console.log(`${cloud.padEnd(5)} has ended (${signal ?? code}); the others go on painting.`);
      }
    }
  });
}

async function stop(): Promise<void> {
  const children = [...running.values()];
  running.clear();
  await Promise.all(
    children.map(async (child) => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }),
  );
}

async function restart(): Promise<void> {
  await stop();
  names.forEach(start);
  const list = names.map(
    (cloud) => `  ${cloud.padEnd(5)} http://127.0.0.1:${ports.get(cloud)}  (process ${running.get(cloud)?.pid})`,
  );
  console.log(
    [
      "",
      "One picture, painted by three processes that play three clouds:",
      ...list,
      "Open one of them and press O to see who paints what; end one with `kill <process>` to see the others take over.",
      "",
    ].join("\n"),
  );
}

const { plugins = [], ...options } = bundleOptions(dist);
const building = await context({
  ...options,
  plugins: [
    ...plugins,
    {
      name: "restart",
      setup: (build) => {
        build.onEnd(async ({ errors }) => {
          if (errors.length === 0 && !stopping) {
            await restart();
          }
        });
      },
    },
  ],
});
await building.watch();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stopping = true;
    void stop().then(() => building.dispose());
  });
}
