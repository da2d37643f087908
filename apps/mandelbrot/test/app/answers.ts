import assert from "node:assert/strict";
import net from "node:net";
import { after, before, describe, it } from "node:test";
import { decode } from "fast-png";
import { createPainter } from "../../src/kernel/paint.js";
import { colourCounts } from "../../src/picture/palettes.js";
import { freePorts, killApps, type RunningApp, startApp } from "../support/app.js";

interface Problem {
  readonly status: number;
  readonly errors?: readonly { readonly field: string; readonly rule: string }[];
}

describe("the app", () => {
  let app: RunningApp;
  before(async () => {
    app = await startApp(undefined, { REGION: "here", IMAGE: "mandelbrot:sha-1" });
  });
  after(() => killApps(app));

  const view = { re: "-0.75", im: "0.1", span: 0.5, width: 600, height: 540, iterations: 300 };
  const query = "re=-0.75&im=0.1&span=0.5&width=600&height=540&iterations=300";
  const counts = createPainter().paintCounts({ view });

  it("gives the counts of a view, put together of tiles", async () => {
    const answer = await app.get(`/api/render?${query}&format=counts`);
    assert.equal(answer.headers.get("content-type"), "application/octet-stream");
    assert.equal(answer.headers.get("x-painted-by"), "local;tiles=9");
    assert.match(answer.headers.get("server-timing") ?? "", /^paint;dur=[\d.]+, queue;dur=[\d.]+$/);
    assert.deepEqual(new Uint32Array(await answer.arrayBuffer()), counts);
  });

  it("gives every format compressed alike", async () => {
    for (const encoding of ["identity", "gzip", "zstd"]) {
      const answer = await app.get(`/api/render?${query}&format=counts`, { headers: { "accept-encoding": encoding } });
      assert.equal(answer.headers.get("content-encoding") ?? "identity", encoding);
      assert.deepEqual(new Uint32Array(await answer.arrayBuffer()), counts);
    }
  });

  it("gives a coarse pass: every eighth pixel of the view", async () => {
    const answer = await app.get(`/api/render?${query}&format=counts&stride=8`);
    const coarse = new Uint32Array(await answer.arrayBuffer());
    assert.equal(coarse.length, 75 * 68);
    assert.equal(coarse[75 + 2], counts[8 * 600 + 16]);
  });

  it("gives the picture as PNG, in the colours of the palette", async () => {
    const answer = await app.get(`/api/render?${query}&palette=ember`);
    assert.equal(answer.headers.get("content-type"), "image/png");
    const { width, height, data } = decode(await answer.arrayBuffer());
    assert.deepEqual([width, height], [600, 540]);
    assert.deepEqual(Buffer.from(data.buffer), Buffer.from(colourCounts(counts, 300, "ember")));
  });

  it("gives it as WebP of its size, without loss", async () => {
    const answer = await app.get(`/api/render?${query}&format=webp`);
    assert.equal(answer.headers.get("content-type"), "image/webp");
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(bytes.toString("latin1", 0, 4) + bytes.toString("latin1", 8, 16), "RIFFWEBPVP8L");
    // WebP lossless bitstream specification: 14 bits each of width and height, less one, after the signature byte.
    const size = bytes.readUInt32LE(21);
    assert.deepEqual([(size & 0x3fff) + 1, ((size >> 14) & 0x3fff) + 1], [600, 540]);
  });

  it("says what is wrong with a query, as problem details", async () => {
    const answer = await app.get("/api/render?width=huge&iterations=1e9&re=NaN");
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.get("content-type")?.split(";")[0], "application/problem+json");
    const { errors = [] } = (await answer.json()) as Problem;
    assert.deepEqual(errors.map(({ field }) => field).sort(), ["iterations", "re", "width"]);
    assert.match(errors.find(({ field }) => field === "width")?.rule ?? "", /from 1 to 1048576/);
  });

  const refused: readonly (readonly [string, RequestInit, number])[] = [
    [`/api/render?re=${"1".repeat(8_000)}`, {}, 400],
    ["/api/render?%", {}, 400],
    ["/nowhere", {}, 404],
    ["/api/render", { method: "POST", body: "x" }, 404],
    ["/internal/render-stage", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }, 401],
    [
      "/internal/render-stage",
      { method: "POST", body: "x".repeat(10_000), headers: { "content-type": "application/json" } },
      413,
    ],
    ["/internal/render-stage", { method: "POST", body: "x", headers: { "content-type": "text/plain" } }, 415],
    ["/internal/render-stage", {}, 404],
  ];
  for (const [page, init, status] of refused) {
    it(`answers ${init.method ?? "GET"} ${page.slice(0, 30)} with a problem, ${status}`, async () => {
      const answer = await app.get(page, init);
      assert.equal(answer.status, status);
      assert.equal(((await answer.json()) as Problem).status, status);
    });
  }

  it("answers what is no HTTP, and headers without end, with a problem and hangs up", async () => {
    for (const [text, status] of [
      ["nonsense\r\n\r\n", 400],
      [`GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(100_000)}\r\n\r\n`, 431],
    ] as const) {
      const socket = net.connect(Number(new URL(app.url).port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(text);
      const parts: Buffer[] = [];
      for await (const part of socket) {
        parts.push(part as Buffer);
      }
      const answer = Buffer.concat(parts).toString();
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json[^]*"status":${status}`));
    }
  });

  it("serves the page and its parts, and lets browsers keep what cannot change", async () => {
    const page = await app.get("/");
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    const html = await page.text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "no script";
    const asset = await app.get(script);
    assert.equal(asset.status, 200);
    assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
    const again = await app.get("/", { headers: { "if-none-match": page.headers.get("etag") ?? "" } });
    assert.equal(again.status, 304);
  });

  it("tells where it is and what runs", async () => {
    const meta = (await (await app.get("/api/meta")).json()) as Record<string, unknown>;
    assert.deepEqual(
      [meta.app, meta.cloud, meta.region, meta.version, meta.kernel, meta.draining, meta.peers],
      ["mandelbrot", "local", "here", "sha-1", "simd", false, []],
    );
  });

  it("tells it as events too, at once and when it has changed", async () => {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(20_000)]);
    const answer = await app.get("/api/events", { signal });
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    let text = "";
    const decoder = new TextDecoder();
    const tiles = () =>
      [...text.matchAll(/event: status\ndata: (.*)\n\n/g)].map(
        ([, data = ""]) => (JSON.parse(data) as { tiles: number }).tiles,
      );
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part);
      const [first, second] = tiles();
      if (second !== undefined && first !== undefined) {
        assert.ok(second > first);
        break;
      }
      if (tiles().length === 1) {
        await app.get("/api/render");
      }
    }
    assert.equal(tiles().length, 2);
    abort.abort();
  });

  it("tells Prometheus of requests and tiles", async () => {
    const metrics = await (await app.get("/metrics")).text();
    assert.match(metrics, /mandelbrot_request_seconds_count\{on="local",route="\/api\/render",status="200"\} \d+/);
    assert.match(metrics, /mandelbrot_tile_seconds_count\{on="local",cloud="local"\} \d+/);
    assert.match(metrics, /mandelbrot_pending_pixels\{on="local"\} 0/);
  });

  it("keeps metrics from where load balancers lead, if they have a port of their own", async (context) => {
    const [port = 0] = await freePorts(1);
    const other = await startApp(context, { METRICS_PORT: String(port) });
    assert.equal((await other.get("/metrics")).status, 404);
    const numbers = new URL("/metrics", `http://127.0.0.1:${port}`);
    assert.match(await (await fetch(numbers)).text(), /mandelbrot_workers\{on="local"\} \d+/);
    assert.equal((await fetch(new URL("/api/meta", numbers))).status, 404);
  });

  it("is alive and ready", async () => {
    assert.equal((await app.get("/healthz")).status, 200);
    assert.equal((await app.get("/readyz")).status, 200);
  });
});

it("refuses settings that it cannot use, with exit code 2", async () => {
  await assert.rejects(startApp(undefined, { WORKERS: "many" }), /ended with 2/);
});
