import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import type { LayerEntry } from "./tar";

const run = promisify(execFile);

/** Uid and gid of the user that the image runs as, as in distroless `:nonroot` images. */
export const nonRoot = 65532;

/**
 * What the stand-in base image holds: the Node.js binary where distroless images have it, the C libraries that it
 * needs, taken from this machine, and a user that is not root. No shell, no package manager, no certificates.
 *
 * @param node the Node.js binary
 * @throws Error when this machine's libraries cannot be listed (no glibc)
 */
export async function standInContents(node: string): Promise<LayerEntry[]> {
  const libraries = await sharedLibraries(node);
  const files = new Map<string, LayerEntry>();
  const add = (entry: LayerEntry) => {
    for (let folder = path.dirname(entry.path); folder !== "." && !files.has(folder); folder = path.dirname(folder)) {
      files.set(folder, { path: folder, mode: 0o755 });
    }
    files.set(entry.path, entry);
  };
  add({ path: "nodejs/bin/node", mode: 0o755, contents: await fs.readFile(node) });
  for (const library of libraries) {
    add({ path: library.slice(1), mode: 0o755, contents: await fs.readFile(library) });
  }
  add({ path: "tmp", mode: 0o1777 });
  add({ path: "home/nonroot", mode: 0o755 });
  const passwd = `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${nonRoot}:${nonRoot}:nonroot:/home/nonroot:/sbin/nologin\n`;
  add({ path: "etc/passwd", mode: 0o644, contents: Buffer.from(passwd) });
  add({ path: "etc/group", mode: 0o644, contents: Buffer.from(`root:x:0:\nnonroot:x:${nonRoot}:\n`) });
  // Folders come before what is in them.
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Absolute paths of the libraries that an executable loads, its loader included, as ldd lists them. */
async function sharedLibraries(executable: string): Promise<string[]> {
  let listing: string;
  try {
    ({ stdout: listing } = await run("ldd", [executable], { env: { ...process.env, LC_ALL: "C" } }));
  } catch (error) {
    throw new Error(`The stand-in base image takes Node.js's C libraries from this machine, but ldd failed.`, {
      cause: error,
    });
  }
  const missing = /^\s*(\S+) => not found/m.exec(listing);
  if (missing !== null) {
    throw new Error(`Node.js needs ${missing[1] ?? "a library"}, which this machine does not have. Install it.`);
  }
  return [...listing.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, file]) => file ?? []).sort();
}
