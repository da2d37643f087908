import { after, before } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { killApps, startApp } from "../support/app.js";
import { launchChromium } from "./chromium.js";

/** A page that is open, and what it asked for. */
export interface Visit {
  readonly page: Page;
  /** Addresses of the requests for counts so far. */
  readonly asked: readonly URL[];
  /** Those that the page aborted. */
  readonly aborted: readonly URL[];
  /** Errors of scripts and of the content security policy. */
  readonly errors: readonly string[];
  /** Waits until all tiles of the view are painted and nothing moves. */
  readonly complete: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the explorer.
 *
 * @param prepare is called before the page is loaded
 */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const asked: URL[] = [];
  const aborted: URL[] = [];
  const errors: string[] = [];
  const isRender = (address: string) => new URL(address).pathname === "/api/render";
  page.on("request", (request) => {
    if (isRender(request.url())) {
      asked.push(new URL(request.url()));
    }
  });
  page.on("requestfailed", (request) => {
    if (isRender(request.url()) && request.failure()?.errorText === "net::ERR_ABORTED") {
      aborted.push(new URL(request.url()));
    }
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // What the tests themselves have requests fail with is logged too.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      errors.push(message.text());
    }
  });
  await prepare(page);
  await page.goto(url);
  // On a busy machine a frame may take longer than any of these waits.
  const drawn = () =>
    page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame += 1) {
        await new Promise(requestAnimationFrame);
      }
    });
  const complete = async () => {
    // Longer than the page waits for the end of zooming.
    await page.waitForTimeout(150);
    await drawn();
    await page.waitForFunction(() => document.querySelector("main")?.ariaBusy === "false");
    // Longer than the page waits until it brings its address up to date.
    await page.waitForTimeout(500);
    await drawn();
  };
  return { page, asked, aborted, errors, complete, close: () => context.close() };
}

/**
 * A browser and the app, for all tests of a suite.
 *
 * @returns how a test of it opens the explorer, as {@link visit}, and the app's address, once the suite has begun
 */
export function withApp() {
  let browser: Browser;
  let app: Awaited<ReturnType<typeof startApp>>;
  before(async () => {
    browser = await launchChromium();
    app = await startApp(undefined, { WORKERS: "2" });
  });
  after(async () => {
    await browser.close();
    await killApps(app);
  });
  return {
    home: () => app.url,
    open: (page = app.url, options?: BrowserContextOptions, prepare?: (page: Page) => Promise<unknown>) =>
      visit(browser, page, options, prepare),
  };
}

/** Colours of points of the picture, each as `red,green,blue`; places are shares of its sides. */
export async function colours(page: Page, places: readonly (readonly [number, number])[]): Promise<string[]> {
  return page.evaluate((points) => {
    const canvas = document.querySelector("canvas");
    const context = canvas?.getContext("2d");
    return points.map(([x, y]) => {
      const left = Math.floor(x * (canvas?.width ?? 0));
      const top = Math.floor(y * (canvas?.height ?? 0));
      return [...(context?.getImageData(left, top, 1, 1).data.slice(0, 3) ?? [])].join();
    });
  }, places);
}

/** How many colours a regular sample of the picture has. */
export async function colourCount(page: Page): Promise<number> {
  const places = Array.from({ length: 900 }, (_, index) => [(index % 30) / 30, Math.floor(index / 30) / 30] as const);
  return new Set(await colours(page, places)).size;
}

/** What the page's address says. */
export function linkOf(page: Page): URLSearchParams {
  return new URLSearchParams(new URL(page.url()).hash.slice(1));
}
