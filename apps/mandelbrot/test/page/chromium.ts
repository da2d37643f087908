import * as fs from "node:fs";
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
  return chromium.launch({ executablePath: chromiumPath(), args });
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
