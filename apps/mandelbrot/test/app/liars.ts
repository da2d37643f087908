import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { createPainter } from "../../src/kernel/paint.js";
import { countsToBytes, stageHeaders, stagePath, type StageRequest } from "../../src/stage/protocol.js";
import { signAnswer } from "../../src/stage/signature.js";
import { peersOf, secret, startApp, until } from "../support/app.js";

const view = { re: "-0.75", im: "0.1", span: 0.5, width: 1_024, height: 768, iterations: 300 };
const page = "/api/render?re=-0.75&im=0.1&span=0.5&width=1024&height=768&iterations=300&format=counts";

/** How a tile's bytes are answered. */
type Liar = (response: ServerResponse, bytes: Buffer, sign: (bytes: Buffer) => void) => void;

/** Plays a cloud that has the secret, and answers right when it is probed. */
async function startLiar(context: TestContext, lie: Liar): Promise<Server> {
  const painter = createPainter();
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) {
        parts.push(part as Buffer);
      }
      if (request.url !== stagePath) {
        const identity = { cloud: "gcp", region: "", cluster: "", version: "", digest: "", draining: false };
        response.end(JSON.stringify(identity));
        return;
      }
      const wanted = JSON.parse(Buffer.concat(parts).toString()) as StageRequest;
      const signed = { time: 0, nonce: String(request.headers[stageHeaders.nonce]), signature: "" };
      const sign = (bytes: Buffer) => response.setHeader(stageHeaders.signature, signAnswer(secret, signed, bytes));
      const bytes = countsToBytes(painter.paintCounts(wanted));
      if (wanted.tile.width === 1) {
        sign(bytes);
        response.end(bytes);
      } else {
        lie(response, bytes, sign);
      }
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

const lies: readonly (readonly [string, Liar, RegExp])[] = [
  [
    "wrong counts",
    (response, bytes, sign) => {
      const wrong = Buffer.from(bytes.map((byte, index) => (index % 4 === 0 && byte > 1 ? byte - 1 : byte)));
      sign(wrong);
      response.end(wrong);
    },
    /its counts are wrong/,
  ],
  [
    "a tile of another size",
    (response, bytes, sign) => {
      sign(bytes.subarray(4));
      response.end(bytes.subarray(4));
    },
    /holds no counts of the tile/,
  ],
  [
    "counts that cannot be",
    (response, bytes, sign) => {
      const wrong = Buffer.alloc(bytes.length, 0xff);
      sign(wrong);
      response.end(wrong);
    },
    /holds no counts of the tile/,
  ],
  [
    "bytes without end",
    (response) => {
      const more = () => response.write(Buffer.alloc(1 << 16)) && setImmediate(more);
      response.on("drain", more);
      more();
    },
    /has more than \d+ bytes/,
  ],
  ["no signature", (response, bytes) => response.end(bytes), /not signed with our secret/],
  [
    "a redirection",
    (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    /cannot be reached|answered 302/,
  ],
  [
    "half an answer",
    (response, bytes) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 100));
      setTimeout(() => response.destroy(), 20);
    },
    /cannot be reached/,
  ],
];

describe("a cloud that answers", () => {
  const alone = createPainter().paintCounts({ view });
  for (const [what, lie, reason] of lies) {
    it(`${what} is not trusted: its tiles are painted again`, async (context) => {
      const liar = await startLiar(context, lie);
      const urls = JSON.stringify({ gcp: `http://127.0.0.1:${(liar.address() as AddressInfo).port}` });
      const app = await startApp(context, { CLOUD: "aws", STAGE_URLS: urls, STAGE_SECRET: secret });
      await until("it is trusted", async () => (await peersOf(app))[0]?.state === "up");
      const answer = await app.get(page);
      assert.equal(answer.headers.get("x-painted-by"), "aws;tiles=12");
      assert.deepEqual(new Uint32Array(await answer.arrayBuffer()), alone);
      const peer = (await peersOf(app)).find(({ cloud }) => cloud === "gcp");
      assert.equal(peer?.state, "out");
      assert.match(String(peer.reason), reason);
    });
  }
});
