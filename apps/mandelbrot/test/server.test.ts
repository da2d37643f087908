import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { inflateSync } from "node:zlib";
import { type App, createApp } from "../src/server.js";

describe("the server", () => {
  let app: App;
  let base: string;

  before(async () => {
    app = createApp();
    app.server.listen(0, "127.0.0.1");
    await once(app.server, "listening");
    base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  after(() => app.server.close());

  it("renders a PNG of the size that was asked for", async () => {
    const response = await fetch(`${base}/api/render?width=40&height=20&iterations=50`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "image/png");
    const png = Buffer.from(await response.arrayBuffer());
    assert.equal(png.subarray(0, 8).toString("hex"), "89504e470d0a1a0a");
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [40, 20]);
    const data = png.indexOf("IDAT");
    assert.equal(inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4))).length, 41 * 20);
  });

  it("counts iterations: all inside the set, none far outside", async () => {
    const counts = async (query: string) =>
      ((await (await fetch(`${base}/api/render?format=counts&${query}`)).json()) as { counts: number[] }).counts;
    assert.deepEqual(await counts("re=0&im=0&span=0.01&width=2&height=2&iterations=77"), [77, 77, 77, 77]);
    assert.deepEqual(await counts("re=4&im=4&span=0.01&width=1&height=1"), [1]);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ["width=0", /width: "0" is not a whole number from 1 to 1024/],
    ["width=1.5", /width/],
    ["width=1&width=2", /width: given more than once/],
    ["re=Infinity", /re/],
    ["re=0x1", /re/],
    ["span=-1", /span/],
    ["span=", /span/],
    ["format=gif", /format: "gif" is neither/],
    ["zoom=1", /zoom: no such parameter/],
    ["width=1024&height=1024&iterations=10000", /ask for a smaller tile/],
  ];
  for (const [query, message] of wrong) {
    it(`refuses ${query} with problem details`, async () => {
      const response = await fetch(`${base}/api/render?${query}`);
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      const problem = (await response.json()) as { status: number; detail: string };
      assert.equal(problem.status, 400);
      assert.match(problem.detail, message);
    });
  }

  it("knows neither other pages nor other methods", async () => {
    assert.equal((await fetch(`${base}/other`)).status, 404);
    const posted = await fetch(`${base}/api/render`, { method: "POST" });
    assert.equal(posted.status, 405);
    assert.equal(posted.headers.get("allow"), "GET, HEAD");
  });

  it("answers HEAD without a body", async () => {
    const response = await fetch(`${base}/api/render?width=8&height=8`, { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal((await response.arrayBuffer()).byteLength, 0);
  });

  it("stays healthy but not ready while draining", async () => {
    assert.equal((await fetch(`${base}/readyz`)).status, 200);
    app.drain();
    assert.equal((await fetch(`${base}/readyz`)).status, 503);
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
    assert.equal((await fetch(`${base}/api/render?width=8&height=8`)).status, 200);
  });
});

describe("the process", () => {
  const start = (environment: NodeJS.ProcessEnv) =>
    spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "../src/main.ts")], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });

  it("drains on SIGTERM, then ends by itself", async () => {
    const server = start({ PORT: "0", DRAIN_MILLISECONDS: "300" });
    const lines = server.stdout.setEncoding("utf8");
    const [first] = (await once(lines, "data")) as [string];
    const { port } = JSON.parse(first) as { port: number };
    server.kill("SIGTERM");
    await once(lines, "data");
    assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 503);
    assert.deepEqual(await once(server, "exit"), [0, null]);
  });

  it("names a wrong setting", async () => {
    const server = start({ PORT: "http" });
    const [output] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
    assert.match(output, /PORT is \\"http\\": it must be a whole number from 0 to 65535/);
    assert.deepEqual(await once(server, "exit"), [2, null]);
  });
});
