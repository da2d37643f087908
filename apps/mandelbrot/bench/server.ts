// Memory and the event loop's delay under full load, and what is shed: the app as the image runs it.
//
//   node --import tsx bench/server.ts [tiles]      (default: 10000)
import { once } from "node:events";
import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import { type RunningApp, startApp } from "../test/support/app.js";

const tiles = Number(process.argv[2] ?? 10_000);

/** Milliseconds by which Node.js's histogram of delays is too great: the time from one look to the next is in it. */
const precision = 10;

/** A tile of 256 x 256 pixels, each time another, near the edge of the set. */
function tile(index: number): string {
  const re = -0.75 + ((index % 97) - 48) * 0.001;
  const im = ((index % 89) - 44) * 0.002;
  return `/api/render?re=${re}&im=${im}&span=0.05&iterations=1000&format=${index % 20 === 0 ? "png" : "counts"}`;
}

function residentMegabytes({ child }: RunningApp): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

async function metric(app: RunningApp, name: string): Promise<number> {
  const text = await (await app.get("/metrics")).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "m").exec(text)?.[1]);
}

async function load(app: RunningApp, connections: number, amount: number): Promise<autocannon.Result> {
  let index = 0;
  return autocannon({
    url: app.url,
    connections,
    amount,
    headers: { "accept-encoding": "zstd" },
    timeout: 60,
    requests: [{ setupRequest: (request) => ({ ...request, path: tile(index++) }) }],
  });
}

const app = await startApp(undefined, { LOG_LEVEL: "info" });
try {
  console.log(`resident at the start                   ${residentMegabytes(app).toFixed(0)} MB`);
  for (let part = 1; part <= 4; part += 1) {
    const { requests, non2xx, latency } = await load(app, 16, tiles / 4);
    console.log(
      `after ${String((part * tiles) / 4).padStart(6)} tiles, 16 at once        ${residentMegabytes(app).toFixed(0)} MB, ` +
        `${requests.average.toFixed(0)} tiles/s, p99 ${latency.p99} ms, ${non2xx} refused`,
    );
  }
  const delay = (await metric(app, "nodejs_eventloop_lag_p99_seconds")) * 1_000 - precision;
  console.log(`event loop delay at full load, p99      ${Math.max(0, delay).toFixed(1)} ms`);
  const burst = await load(app, 400, 4_000);
  console.log(
    `400 at once: ${burst["2xx"]} answered, ${burst.non2xx} sent away (503), ${burst.errors} errors; ` +
      `${residentMegabytes(app).toFixed(0)} MB`,
  );
} finally {
  const ended = once(app.child, "exit");
  app.child.kill("SIGTERM");
  await ended;
}
