import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Starts Chromium: that of the environment's CHROMIUM, or the first that PATH holds.
 *
 * @throws Error saying what to do if there is none
 */
export async function launchChromium(): Promise<Browser> {
  // Chromium's own sandbox does not work for root, which is what containers often are.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const executablePath = chromiumPath();
  // It keeps crash reports and settings in the home, whatever profile it is given.
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "mandelbrot-chromium-"));
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
  const browser = await chromium.launch({ executablePath, args, env });
  browser.on("disconnected", () => {
    fs.rmSync(home, { recursive: true, force: true });
  });
  return browser;
}

function chromiumPath(): string {
  const { CHROMIUM: named, PATH: folders = "" } = process.env;
  if (named !== undefined && named !== "") {
    return named;
  }
  const files = folders.split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));
  const found = files.find((file) => fs.existsSync(file));
  if (found === undefined) {
    throw new Error(
      `These tests need Chromium: install one of ${names.join(", ")}, or set CHROMIUM to the path of its program.`,
    );
  }
  return found;
}
