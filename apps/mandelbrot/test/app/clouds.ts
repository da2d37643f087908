import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { createPainter } from "../../src/kernel/paint.js";
import { peersOf, type RunningApp, startApp, startClouds, until } from "../support/app.js";

const view = { re: "-0.7436", im: "0.1318", span: 0.01, width: 1_280, height: 1_024, iterations: 5_000 };
const page = `/api/render?format=counts&${new URLSearchParams(Object.entries(view).map(([name, value]) => [name, String(value)]))}`;

/** Tiles of an answer by cloud. */
function paintedBy(answer: Response): Map<string, number> {
  const header = answer.headers.get("x-painted-by") ?? "";
  return new Map([...header.matchAll(/(\w+);tiles=(\d+)/g)].map(([, cloud = "", tiles]) => [cloud, Number(tiles)]));
}

async function countsOf(answer: Response): Promise<Uint32Array> {
  assert.equal(answer.status, 200);
  return new Uint32Array(await answer.arrayBuffer());
}

async function stateOf(app: RunningApp, cloud: string): Promise<string | undefined> {
  return (await peersOf(app)).find((peer) => peer.cloud === cloud)?.state;
}

describe("three clouds", () => {
  const alone = createPainter().paintCounts({ view });

  it("paint one picture, each a part of it, as one alone would", async (context) => {
    const { aws } = await startClouds(context);
    const answer = await aws.get(page);
    assert.deepEqual(await countsOf(answer), alone);
    const tiles = paintedBy(answer);
    assert.deepEqual([...tiles.keys()].sort(), ["aws", "azure", "gcp"]);
    assert.equal(
      [...tiles.values()].reduce((sum, each) => sum + each),
      20,
    );
    assert.deepEqual(
      (await peersOf(aws)).map(({ cloud, tiles: got }) => [cloud, got]),
      [
        ["gcp", tiles.get("gcp")],
        ["azure", tiles.get("azure")],
      ],
    );
  });

  it("of which one is killed in the middle of a picture, complete it all the same", async (context) => {
    const { aws, gcp } = await startClouds(context);
    const answers = [aws.get(page), aws.get(page)];
    // Some of its tiles are painted by now, and some are not.
    await until("gcp has painted a tile", async () =>
      (await peersOf(aws)).some((peer) => peer.cloud === "gcp" && peer.tiles > 0),
    );
    gcp.child.kill("SIGKILL");
    for (const answer of await Promise.all(answers)) {
      assert.deepEqual(await countsOf(answer), alone);
    }
    await until("gcp is out", async () => (await stateOf(aws, "gcp")) === "out");
    const after = await aws.get(page);
    assert.deepEqual(await countsOf(after), alone);
    assert.deepEqual([...paintedBy(after).keys()].sort(), ["aws", "azure"]);

    // It comes back by itself when it is there again.
    await startApp(context, gcp.environment);
    await until("gcp is back", async () => (await stateOf(aws, "gcp")) === "up");
    assert.deepEqual([...paintedBy(await aws.get(page)).keys()].sort(), ["aws", "azure", "gcp"]);
  });

  it("of which one hangs do not wait for it long, and then not at all", async (context) => {
    const { aws, azure } = await startClouds(context, { STAGE_TIMEOUT_MILLISECONDS: "1000" });
    azure.child.kill("SIGSTOP");
    assert.deepEqual(await countsOf(await aws.get(page)), alone);
    await until("azure is out", async () => (await stateOf(aws, "azure")) === "out");
    const [peer] = (await peersOf(aws)).filter(({ cloud }) => cloud === "azure");
    assert.match(peer?.reason ?? "", /did not answer in \d+ ms/);
    azure.child.kill("SIGCONT");
    await until("azure is back", async () => (await stateOf(aws, "azure")) === "up");
  });

  it("of which one is draining send it nothing more", async (context) => {
    const { aws, gcp } = await startClouds(context, { DRAIN_MILLISECONDS: "20000" });
    gcp.child.kill("SIGTERM");
    await until("gcp is seen draining", async () =>
      (await peersOf(aws)).some(({ cloud, reason }) => cloud === "gcp" && reason === "draining"),
    );
    assert.deepEqual([...paintedBy(await aws.get(page)).keys()].sort(), ["aws", "azure"]);
  });

  it("without a common secret each paint alone", async (context) => {
    const { aws } = await startClouds(context);
    const stranger = await startApp(context, {
      CLOUD: "gcp",
      STAGE_URLS: JSON.stringify({ aws: aws.url }),
      STAGE_SECRET: "a secret that the other clouds do not have",
    });
    await until("it knows", async () => (await stateOf(stranger, "aws")) === "out");
    const answer = await stranger.get(page);
    assert.deepEqual(await countsOf(answer), alone);
    assert.deepEqual([...paintedBy(answer).keys()], ["gcp"]);
    const exited = once(stranger.child, "exit");
    stranger.child.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null]);
  });
});
