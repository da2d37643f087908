import { rename } from "node:fs/promises";
import path from "node:path";
import { publishedChecksum } from "./checksums";
import type { ToolsContext } from "./context";
import { loadExeca } from "./execa";
import { fetchFile, fetchText } from "./http";
import { putTool, withTemporaryFolder } from "./put";
import type { Download, Platform, Tool, ToolName, ToolSpec } from "./types";

/** Tools that come in one file. */
export interface DownloadGroup {
  readonly url: string;
  readonly specs: readonly [ToolSpec, ...ToolSpec[]];
}

/** Groups tools that come in one file, so that it is fetched once. Tools without a download are in no group. */
export function downloadGroups(specs: readonly ToolSpec[], platform: Platform): readonly DownloadGroup[] {
  const groups = new Map<string, [ToolSpec, ...ToolSpec[]]>();
  for (const spec of specs) {
    const url = spec.download.urls[platform];
    if (url === undefined) continue;
    const group = groups.get(url);
    if (group === undefined) groups.set(url, [spec]);
    else group.push(spec);
  }
  return [...groups].map(([url, group]) => ({ url, specs: group }));
}

/**
 * Downloads one release file, checks it against the publisher's checksums and puts the tools in it in place.
 * @throws Error naming the address and what was wrong; nothing is put in place then
 */
export async function downloadTools(
  url: string,
  specs: readonly [ToolSpec, ...ToolSpec[]],
  context: Pick<ToolsContext, "shared" | "onProgress" | "signal">,
): Promise<ReadonlyMap<ToolName, Tool>> {
  const [{ name: tool, download }] = specs;
  const { shared, signal, onProgress } = context;
  const file = decodeURIComponent(path.posix.basename(new URL(url).pathname));
  // First the checksums: small, and without them the file is of no use.
  const published = publishedChecksum(
    await fetchText(download.checksums(url), { signal }),
    file,
    download.checksumFormat,
  );
  return withTemporaryFolder(shared, async (folder) => {
    const archive = path.join(folder, "download");
    const every = throttle(250);
    const actual = await fetchFile(url, archive, {
      signal,
      // The site has answered once: it is there, and may take its time for a large file.
      answerMs: 30_000,
      onBytes: (done, total) => {
        every(() => {
          onProgress(bytesProgress(tool, file, done, total));
        });
      },
    });
    if (actual !== published) {
      throw new Error(`${url}: its SHA-256 is ${actual}, but its publisher says ${published}; it was thrown away`);
    }
    const ready = new Map<ToolName, Tool>();
    for (const spec of specs) {
      const finished = await unpack(archive, file, spec.download, folder);
      ready.set(spec.name, { ...(await putTool(shared, spec, finished, { way: "download" })), source: "download" });
    }
    return ready;
  });
}

/** The executable in a downloaded file, with a name of its own in `folder`. */
async function unpack(archive: string, file: string, download: Download, folder: string): Promise<string> {
  const member = download.member?.replace("<archive>", file.replace(/\.tar\.gz$/, ""));
  if (member === undefined) {
    const finished = path.join(folder, "executable");
    await rename(archive, finished);
    return finished;
  }
  const { execa } = await loadExeca();
  const { exitCode, stderr } = await execa("tar", ["-xzf", archive, "-C", folder, member], { reject: false });
  if (exitCode !== 0) throw new Error(`tar finds no ${member} in the archive: ${stderr}`);
  return path.join(folder, member);
}

function bytesProgress(tool: ToolName, file: string, done: number, total: number | undefined) {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const of = total === undefined ? "" : ` of ${megabytes(total)}`;
  const message = `${file}: ${megabytes(done)}${of} MB`;
  return { tool, phase: "downloading", done, total, unit: "bytes", message } as const;
}

function throttle(milliseconds: number): (work: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (work) => {
    if (performance.now() - last < milliseconds) return;
    last = performance.now();
    work();
  };
}
