import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createPainter } from "../../src/kernel/paint.js";
import { stageHeaders, stagePath } from "../../src/stage/protocol.js";
import { answerIsSigned, signRequest } from "../../src/stage/signature.js";
import { killApps, type RunningApp, secret, startApp } from "../support/app.js";

const view = { re: "-0.75", im: "0.1", span: 0.5, width: 300, height: 270, iterations: 300 };
const tile = { left: 10, top: 20, width: 64, height: 32, stride: 1 };

describe("a stage for another cloud", () => {
  let app: RunningApp;
  before(async () => {
    // Nobody is there, so that whatever it paints it paints itself.
    const urls = JSON.stringify({ gcp: "http://127.0.0.1:9" });
    app = await startApp(undefined, { CLOUD: "aws", STAGE_URLS: urls, STAGE_SECRET: secret });
  });
  after(() => killApps(app));

  const send = (body: string, signed = signRequest(secret, "aws", Buffer.from(body))) =>
    app.get(stagePath, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        [stageHeaders.time]: String(signed.time),
        [stageHeaders.nonce]: signed.nonce,
        [stageHeaders.signature]: signed.signature,
      },
    });

  it("is painted, and the answer signed", async () => {
    const body = JSON.stringify({ view, tile, milliseconds: 5_000 });
    const signed = signRequest(secret, "aws", Buffer.from(body));
    const answer = await send(body, signed);
    assert.equal(answer.status, 200);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    assert.deepEqual(new Uint32Array(bytes.buffer), createPainter().paintCounts({ view, tile }));
    assert.ok(answerIsSigned(secret, signed, bytes, answer.headers.get(stageHeaders.signature) ?? ""));
    assert.equal((await send(body, signed)).status, 401, "a second time it is a replay");
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ["no JSON", "{"],
    ["a field too many", { view, tile, milliseconds: 1, peers: ["http://elsewhere"] }],
    ["a tile outside the view", { view, tile: { ...tile, left: 290 }, milliseconds: 1 }],
    [
      "too many pixels",
      { view: { ...view, width: 2_000 }, tile: { ...tile, width: 1_990, height: 250 }, milliseconds: 1 },
    ],
    ["too many iterations", { view: { ...view, iterations: 1e9 }, tile, milliseconds: 1 }],
    ["too much time", { view, tile, milliseconds: 1e9 }],
    ["a coordinate that is none", { view: { ...view, re: "nonsense" }, tile, milliseconds: 1_000 }],
  ];
  for (const [what, body] of wrong) {
    it(`with ${what} is refused`, async () => {
      const answer = await send(typeof body === "string" ? body : JSON.stringify(body));
      assert.equal(answer.status, 400, await answer.text());
    });
  }

  it("is refused to whoever does not have the secret, or speaks to another cloud", async () => {
    const body = JSON.stringify({ view, tile, milliseconds: 5_000 });
    const bytes = Buffer.from(body);
    for (const signed of [
      signRequest("a secret that somebody else made up", "aws", bytes),
      signRequest(secret, "gcp", bytes),
      signRequest(secret, "aws", bytes, Date.now() - 60_000),
    ]) {
      const answer = await send(body, signed);
      assert.equal(answer.status, 401);
      assert.doesNotMatch(await answer.text(), /replay|time|signature/, "nor told why");
    }
    const metrics = await (await app.get("/metrics")).text();
    assert.match(metrics, /mandelbrot_stage_refused_total\{why="time",on="aws"\} 1/);
  });

  it("is late when its time is over", async () => {
    const long = { ...view, span: 1e-12, re: "-0.7436438870371587", im: "0.1318259042053119", iterations: 100_000 };
    const body = JSON.stringify({
      view: { ...long, width: 2_000, height: 2_000 },
      tile: { ...tile, width: 512, height: 512 },
      milliseconds: 50,
    });
    assert.equal((await send(body)).status, 504);
  });
});
