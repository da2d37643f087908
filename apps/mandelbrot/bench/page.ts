// How long a browser takes to show the home view: Chromium without a window, 1920x1080.
//
//   node --import tsx bench/page.ts [address of a running server] [runs]
//
// Starts a server of its own if it is given none. Every run is a fresh browser profile, with nothing cached.
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchChromium } from "../test/page/chromium.js";
import { killApps, startApp } from "../test/support/app.js";

/** Milliseconds of one run. */
interface Times {
  /** From the start of navigation to the first request for the view. */
  readonly start: number;
  /** From the request to the first coarse picture drawn. */
  readonly coarse: number;
  /** From the request to all tiles drawn. */
  readonly complete: number;
}

async function measure(browser: Browser, url: string): Promise<Times> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName("complete").length > 0);
    const [view = 0, coarse = 0, complete = 0] = await page.evaluate(() =>
      ["view", "coarse", "complete"].map((name) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN),
    );
    return { start: view, coarse: coarse - view, complete: complete - view };
  } finally {
    await context.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(name: string, values: readonly number[]): void {
  const round = (value: number) => value.toFixed(0).padStart(6);
  console.log(
    `${name.padEnd(44)}${round(median(values))} ms   (${round(Math.min(...values))} to ${round(Math.max(...values))})`,
  );
}

const { positionals } = parseArgs({ allowPositionals: true });
const [address, runs = "9"] = positionals;
const app = address === undefined ? await startApp(undefined) : undefined;
const browser = await launchChromium();
try {
  const url = address ?? app?.url ?? "";
  // The server's threads compile their code on the first requests.
  await measure(browser, url);
  const times: Times[] = [];
  for (let run = 0; run < Number(runs); run += 1) {
    times.push(await measure(browser, url));
  }
  console.log(`Home view, 1920x1080, median of ${times.length} runs (least to most):`);
  print(
    "navigation to request",
    times.map(({ start }) => start),
  );
  print(
    "request to coarse picture",
    times.map(({ coarse }) => coarse),
  );
  print(
    "request to full view",
    times.map(({ complete }) => complete),
  );
  print(
    "navigation to coarse picture",
    times.map(({ start, coarse }) => start + coarse),
  );
  print(
    "navigation to full view",
    times.map(({ start, complete }) => start + complete),
  );
} finally {
  await browser.close();
  await killApps(...(app === undefined ? [] : [app]));
}
