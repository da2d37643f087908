import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundle } from "../../build/bundle.js";

let folder: Promise<string> | undefined;

/** Folder of the app, bundled once for all tests of a process: it takes seconds. */
export function bundled(): Promise<string> {
  folder ??= make();
  return folder;
}

async function make(): Promise<string> {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "mandelbrot-bundle-"));
  process.once("exit", () => {
    fs.rmSync(made, { recursive: true, force: true });
  });
  await bundle(made);
  return made;
}
