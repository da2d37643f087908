import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { runNpm } from "../npm/command";
import { loadExeca } from "../tools/execa";
import type { LayerEntry } from "./tar";

/** The npm in the stand-in build image: not this machine's own, so that every machine builds with the same. */
export const npmRelease = {
  version: "11.19.1",
  integrity: "sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==",
};

/**
 * The files of the npm package, from the registry that this machine's npm asks, or from its cache.
 *
 * @throws Error when it cannot be had, or is not what was pinned
 */
export async function npmPackage(): Promise<LayerEntry[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "trinity-npm-"));
  try {
    const { version, integrity } = npmRelease;
    await runNpm(["pack", `npm@${version}`, "--pack-destination", folder, "--prefer-offline", "--ignore-scripts"]);
    const archive = path.join(folder, `npm-${version}.tgz`);
    checkIntegrity(archive, await fs.readFile(archive), integrity);
    const { execa } = await loadExeca();
    await execa("tar", ["-xzf", archive, "-C", folder]);
    return await readFiles(path.join(folder, "package"));
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** @throws Error when contents are not what they should be (Subresource Integrity, SHA-512) */
export function checkIntegrity(name: string, contents: Buffer, integrity: string): void {
  const actual = `sha512-${createHash("sha512").update(contents).digest("base64")}`;
  if (actual !== integrity) {
    throw new Error(
      `${path.basename(name)}, as the npm registry gave it, has the integrity ${actual}, not ${integrity}, which ` +
        `rehearsal/base-image/npm.ts pins. Look at what registry npm asks: \`npm config get registry\`.`,
    );
  }
}

/** Files below a folder. Permission bits follow the umask of whoever unpacked them, so only the executable bit counts. */
async function readFiles(root: string): Promise<LayerEntry[]> {
  const found = await fs.readdir(root, { recursive: true, withFileTypes: true });
  return Promise.all(
    found
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const { mode } = await fs.stat(file);
        const contents = await fs.readFile(file);
        return { path: path.relative(root, file), mode: (mode & 0o100) === 0 ? 0o644 : 0o755, contents };
      }),
  );
}
