import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { killApps, type RunningClouds, startApp, startClouds } from "../support/app.js";
import { launchChromium } from "./chromium.js";
import { visit } from "./visit.js";

describe("the clouds that painted", () => {
  let browser: Browser;
  let clouds: RunningClouds;
  let url: string;

  before(async () => {
    browser = await launchChromium();
    clouds = await startClouds(undefined);
    ({ url } = clouds.aws);
  });

  after(async () => {
    await browser.close();
    await killApps(...Object.values(clouds));
  });

  it("are shown by a key and by a button, with what each runs", async () => {
    const { page, errors, complete, close } = await visit(browser, url);
    await complete();
    const panel = page.getByRole("region", { name: "Clouds" });
    assert.equal(await panel.isVisible(), false);
    await page.keyboard.press("o");
    await panel.getByText("azure-region").waitFor();
    const entries = await panel.getByRole("article").allInnerTexts();
    assert.equal(entries.length, 3);
    for (const [index, [title, cloud]] of [
      ["AWS", "aws"],
      ["Google Cloud", "gcp"],
      ["Azure", "azure"],
    ].entries()) {
      const text = entries[index] ?? "";
      assert.match(text, new RegExp(`${title}\\s+up`));
      assert.match(text, new RegExp(`Region\\s+${cloud}-region`));
      assert.match(text, /Version\s+1\.2\.3/);
      assert.match(text, new RegExp(`Digest\\s+sha256:${index}{12}…`));
      assert.match(text, index === 0 ? /Latency\s+this server/ : /Latency\s+\d+\.\d ms/);
      assert.match(text, /Tiles\s+\d+ \(\d+ %\)/);
    }
    assert.ok((await frameColours(page)) > 3);
    const button = page.getByRole("button", { name: "Clouds that painted" });
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    await button.click();
    assert.equal(await panel.isVisible(), false);
    assert.equal(await button.getAttribute("aria-pressed"), "false");
    assert.deepEqual(errors, []);
    await close();
  });

  it("are told to a screen reader", async () => {
    const { page, complete, close } = await visit(browser, url);
    await complete();
    await page.waitForFunction(() => document.querySelector("#status")?.textContent !== "");
    const status = (await page.getByRole("status").first().textContent()) ?? "";
    assert.match(status, /^Zoom 1, 256 iterations, 6 tiles, painted by aws(, azure)?(, gcp)?$/);
    await close();
  });

  it("are followed only while they are shown", async () => {
    const streams: string[] = [];
    const { page, complete, close } = await visit(browser, url);
    page.on("request", (request) => {
      if (request.url().endsWith("/api/events")) {
        streams.push("open");
      }
    });
    page.on("requestfailed", (request) => {
      if (request.url().endsWith("/api/events")) {
        streams.push("closed");
      }
    });
    await complete();
    assert.deepEqual(streams, []);
    await page.keyboard.press("o");
    await page.waitForTimeout(300);
    await page.keyboard.press("o");
    await page.waitForTimeout(300);
    assert.deepEqual(streams, ["open", "closed"]);
    await close();
  });

  it("are asked for again after a stream was refused", async () => {
    let refuse = true;
    const { page, complete, close } = await visit(browser, url, {}, (opened) =>
      opened.route("**/api/events", async (route) => {
        if (refuse) {
          refuse = false;
          await route.fulfill({ status: 503, body: "" });
        } else {
          await route.continue();
        }
      }),
    );
    await complete();
    await page.keyboard.press("o");
    await page.getByText("The server does not answer").waitFor();
    await page.getByText("gcp-region").waitFor();
    assert.equal(await page.getByText("The server does not answer").count(), 0);
    await close();
  });

  // The last one: it ends a cloud.
  it("go out and come back, and the picture stays whole", async (context) => {
    const { page, errors, complete, close } = await visit(browser, url);
    await complete();
    await page.keyboard.press("o");
    const gcp = page.getByRole("article").filter({ hasText: "Google Cloud" });
    await gcp.getByText("up", { exact: true }).waitFor();
    await killApps(clouds.gcp);
    await page.keyboard.press("+");
    await complete();
    await gcp.getByText(/^out/).waitFor();
    assert.equal(await page.locator("#notice").isVisible(), false);
    await page.keyboard.press("+");
    await complete();
    const status = () => page.getByRole("status").first().textContent();
    assert.doesNotMatch((await status()) ?? "", /gcp/);
    await startApp(context, clouds.gcp.environment);
    await gcp.getByText("up", { exact: true }).waitFor();
    for (let step = 0; step < 6 && !((await status()) ?? "").includes("gcp"); step += 1) {
      await page.keyboard.press("ArrowLeft");
      await complete();
    }
    assert.match((await status()) ?? "", /gcp/);
    assert.deepEqual(errors, []);
    await close();
  });
});

/** How many colours the frames have. */
async function frameColours(page: Awaited<ReturnType<typeof visit>>["page"]): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("#frames");
    const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
  });
}
