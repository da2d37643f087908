import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import type { LayerEntry } from "./tar";

const run = promisify(execFile);

/** Uid and gid of the user that the image runs as, as in distroless `:nonroot` images. */
export const nonRoot = 65532;

/** Where distroless images have Node.js. */
const nodeBinary = "nodejs/bin/node";

/**
 * What the stand-in base image holds for this machine's processor: the Node.js binary where distroless images have it,
 * the C libraries that it needs, taken from this machine, and a user that is not root. No shell, no package manager, no
 * certificates.
 *
 * @param node the Node.js binary
 * @throws Error when this machine's libraries cannot be listed (no glibc)
 */
export async function standInContents(node: string): Promise<LayerEntry[]> {
  return withFolders([
    ...user(),
    { path: nodeBinary, mode: 0o755, contents: await fs.readFile(node) },
    ...(await libraryEntries(node)),
  ]);
}

/**
 * What the stand-in base image holds for any other processor: the same, without a program. Nothing runs in an image
 * while it is built, so that this is enough to build on; nothing would run in the image that comes of it.
 */
export function foreignContents(platform: string): LayerEntry[] {
  const text = `A stand-in: there is no Node.js for ${platform} here, and an image on top of this cannot run.\n`;
  return withFolders([...user(), { path: nodeBinary, mode: 0o755, contents: Buffer.from(text) }]);
}

/**
 * What the stand-in build image has on top of {@link standInContents}: Node.js and npm where the official Node.js image
 * has them.
 *
 * @param npm files of the npm package, with paths below it
 */
export function buildContents(npm: readonly LayerEntry[]): LayerEntry[] {
  const folder = "usr/local/lib/node_modules/npm";
  return withFolders([
    { path: "usr/local/bin/node", mode: 0o777, link: `/${nodeBinary}` },
    { path: "usr/local/bin/npm", mode: 0o777, link: "../lib/node_modules/npm/bin/npm-cli.js" },
    { path: "root", mode: 0o700 },
    ...npm.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` })),
  ]);
}

/** Users and a folder for temporary files, as every image has them. */
export function user(): LayerEntry[] {
  const passwd = `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${nonRoot}:${nonRoot}:nonroot:/home/nonroot:/sbin/nologin\n`;
  return [
    { path: "tmp", mode: 0o1777 },
    { path: "home/nonroot", mode: 0o755 },
    { path: "etc/passwd", mode: 0o644, contents: Buffer.from(passwd) },
    { path: "etc/group", mode: 0o644, contents: Buffer.from(`root:x:0:\nnonroot:x:${nonRoot}:\n`) },
  ];
}

/** Adds the folders that entries lie in, each before what is in it. */
export function withFolders(entries: readonly LayerEntry[]): LayerEntry[] {
  const all = new Map<string, LayerEntry>();
  for (const entry of entries) {
    for (let folder = path.dirname(entry.path); folder !== "." && !all.has(folder); folder = path.dirname(folder)) {
      all.set(folder, { path: folder, mode: 0o755 });
    }
    all.set(entry.path, entry);
  }
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The C libraries that an executable needs, from this machine, where they lie here; none if it is linked statically. */
export async function libraryEntries(executable: string): Promise<LayerEntry[]> {
  const libraries = await sharedLibraries(executable);
  return Promise.all(
    libraries.map(async (library) => ({ path: library.slice(1), mode: 0o755, contents: await fs.readFile(library) })),
  );
}

/** Absolute paths of the libraries that an executable loads, its loader included, as ldd lists them. */
async function sharedLibraries(executable: string): Promise<string[]> {
  let listing: string;
  try {
    ({ stdout: listing } = await run("ldd", [executable], { env: { ...process.env, LC_ALL: "C" } }));
  } catch (error) {
    if (/not a dynamic executable|statically linked/.test(String((error as { readonly stderr?: unknown }).stderr))) {
      return [];
    }
    throw new Error(`The stand-in images take the C libraries of ${executable} from this machine, but ldd failed.`, {
      cause: error,
    });
  }
  const missing = /^\s*(\S+) => not found/m.exec(listing);
  if (missing !== null) {
    throw new Error(`${executable} needs ${missing[1] ?? "a library"}, which this machine does not have. Install it.`);
  }
  return [...listing.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, file]) => file ?? []).sort();
}
