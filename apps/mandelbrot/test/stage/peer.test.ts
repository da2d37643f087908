import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { createPainter } from "../../src/kernel/paint.js";
import { Peer } from "../../src/stage/peer.js";
import { countsToBytes, stageHeaders, stagePath, type StageRequest } from "../../src/stage/protocol.js";
import { signAnswer } from "../../src/stage/signature.js";

const secret = "a secret of thirty-two letters or more";
const tile = {
  view: { re: "0", im: "0", span: 3, width: 8, height: 8, iterations: 50 },
  tile: { left: 0, top: 0, width: 8, height: 8, stride: 1 },
};
const identity = { cloud: "gcp", region: "there", cluster: "", version: "1", digest: "", draining: false };
const { signal } = new AbortController();
const soon = () => Date.now() + 10_000;

/** What a cloud does with tiles: a status to answer with, or to do as it should, or not to answer. */
type Behaviour = number | "right" | "silent";

/** A peer, and a server that plays its cloud. */
async function start(context: TestContext) {
  const played = { behaviour: "right" as Behaviour, identity };
  const painter = createPainter();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    if (request.url !== stagePath) {
      response.end(JSON.stringify(played.identity));
    } else if (typeof played.behaviour === "number") {
      response.writeHead(played.behaviour).end();
    } else if (played.behaviour === "right") {
      const bytes = countsToBytes(painter.paintCounts(JSON.parse(Buffer.concat(parts).toString()) as StageRequest));
      const signed = { time: 0, nonce: String(request.headers[stageHeaders.nonce]), signature: "" };
      response.setHeader(stageHeaders.signature, signAnswer(secret, signed, bytes)).end(bytes);
    }
  };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const changes: string[] = [];
  const peer = new Peer({
    cloud: "gcp",
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    secret,
    timeoutMilliseconds: 250,
    onChange: ({ state, reason }) => changes.push(reason === undefined ? state : `${state}: ${reason}`),
  });
  return { peer, played, changes, server };
}

describe("a peer", () => {
  it("is unknown, then up, and paints", async (context) => {
    const { peer, changes } = await start(context);
    assert.equal(peer.status().state, "unknown");
    await peer.probe(signal);
    assert.deepEqual(await peer.paint(tile, signal, soon()), createPainter().paintCounts(tile));
    const { state, region, tiles } = peer.status();
    assert.deepEqual([state, region, tiles], ["up", "there", 1], "a probe is no tile");
    assert.deepEqual(changes, ["up"]);
  });

  for (const status of [400, 503, 504]) {
    it(`that declines with ${status} stays up, however often`, async (context) => {
      const { peer, played, changes } = await start(context);
      await peer.probe(signal);
      played.behaviour = status;
      for (let time = 0; time < 6; time += 1) {
        await assert.rejects(peer.paint(tile, signal, soon()), { name: "DeclinedError" });
      }
      assert.deepEqual(changes, ["up"]);
    });
  }

  it("that fails three times in a row is out, is said so once, and comes back by a probe", async (context) => {
    const { peer, played, changes } = await start(context);
    await peer.probe(signal);
    played.behaviour = 500;
    for (let time = 0; time < 3; time += 1) {
      await assert.rejects(peer.paint(tile, signal, soon()), { name: "PeerError", message: "it answered 500" });
    }
    await assert.rejects(peer.paint(tile, signal, soon()), { message: /circuit breaker is open/ });
    await peer.probe(signal);
    assert.deepEqual([peer.usable, peer.status().reason], [false, "it answered 500"]);
    context.mock.timers.enable({ apis: ["Date"], now: Date.now() });
    for (let time = 0; time < 3; time += 1) {
      context.mock.timers.tick(3_001);
      await peer.probe(signal);
    }
    assert.deepEqual(changes, ["up", "out: it answered 500"], "nor said again at every probe");
    played.behaviour = "right";
    context.mock.timers.tick(3_001);
    await peer.probe(signal);
    assert.deepEqual(changes.slice(2), ["up"]);
  });

  it("that does not answer has failed", async (context) => {
    const { peer, played } = await start(context);
    await peer.probe(signal);
    played.behaviour = "silent";
    await assert.rejects(peer.paint(tile, signal, soon()), { name: "PeerError", message: /did not answer in \d+ ms/ });
  });

  it("is not asked when there is no time, and that is no failure", async (context) => {
    const { peer, changes } = await start(context);
    await peer.probe(signal);
    for (let time = 0; time < 4; time += 1) {
      await assert.rejects(peer.paint(tile, signal, Date.now() + 100), { name: "DeclinedError" });
    }
    assert.deepEqual(changes, ["up"]);
  });

  it("whose asker leaves has not failed", async (context) => {
    const { peer, played, changes } = await start(context);
    await peer.probe(signal);
    played.behaviour = "silent";
    for (let time = 0; time < 4; time += 1) {
      const left = new AbortController();
      const asked = peer.paint(tile, left.signal, soon());
      left.abort(new Error("left"));
      await assert.rejects(asked, { message: "left" });
    }
    assert.deepEqual(changes, ["up"]);
  });

  it("that is not trusted is out for a minute, whatever its probes say", async (context) => {
    const { peer, changes } = await start(context);
    await peer.probe(signal);
    await peer.paint(tile, signal, soon());
    context.mock.timers.enable({ apis: ["Date"], now: Date.now() });
    peer.distrust("its counts are wrong");
    assert.equal(peer.status().tiles, 0);
    context.mock.timers.tick(59_000);
    await peer.probe(signal);
    assert.equal(peer.status().reason, "its counts are wrong");
    context.mock.timers.tick(2_000);
    await peer.probe(signal);
    assert.deepEqual(changes, ["up", "out: its counts are wrong", "up"]);
  });

  it("that is another cloud than the one named is out, and so is one that drains", async (context) => {
    const { peer, played, changes } = await start(context);
    played.identity = { ...identity, cloud: "azure" };
    await peer.probe(signal);
    played.identity = { ...identity, draining: true };
    await peer.probe(signal);
    assert.deepEqual([peer.status().state, peer.status().reason], ["out", "draining"]);
    played.identity = identity;
    await peer.probe(signal);
    assert.deepEqual(changes, ["out: it is azure: the stage URLs name the wrong address", "up"]);
  });

  it("tells nobody where it is when it cannot be reached", async (context) => {
    const { peer, server } = await start(context);
    server.close();
    server.closeAllConnections();
    await peer.probe(signal);
    assert.match(peer.status().reason ?? "", /^it cannot be reached: [A-Z_]+$/);
  });
});
