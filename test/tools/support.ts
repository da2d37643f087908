import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { sharedPaths, type SharedPaths } from "../../rehearsal/paths";
import { loadExeca } from "../../rehearsal/tools/execa";
import { tools } from "../../rehearsal/tools/tools";
import type { ToolName, ToolSpec } from "../../rehearsal/tools/types";

/** An empty folder that is gone after the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "trinity-tools-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A machine of its own for a test: a shared folder and one folder on PATH. */
export interface Machine {
  readonly shared: SharedPaths;
  readonly bin: string;
  readonly env: { readonly PATH: string; readonly HOME: string };
}

export async function machine(t: TestContext): Promise<Machine> {
  const root = await temporaryFolder(t);
  const bin = path.join(root, "bin");
  const home = path.join(root, "home");
  await mkdir(bin);
  return { shared: sharedPaths(path.join(root, "shared")), bin, env: { PATH: bin, HOME: home } };
}

/** The text of a kustomize that only knows its version. */
export function fakeKustomize(version: string): string {
  return `#!/bin/sh\necho v${version}\n`;
}

/** Puts an executable into a folder. */
export async function putExecutable(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

/**
 * A `go` that "builds" a kustomize of the given version after `seconds`, and counts its builds in `go.log` beside it.
 */
export async function putFakeGo(
  bin: string,
  options: { version: string; seconds?: number; go?: string },
): Promise<void> {
  const { version, seconds = 0, go = "1.26.0" } = options;
  const script = `#!/bin/sh
echo "$1 $XDG_CONFIG_HOME" >> "${bin}/configuration.log"
case "$1" in
version) echo "go version go${go} linux/amd64" ;;
list) echo "go: downloading example.com/module v1.0.0" >&2; echo fmt; echo sigs.k8s.io/kustomize/kustomize/v5 ;;
build)
  echo "$GOCACHE" >> "${bin}/go.log"
  while [ "$1" != "-o" ]; do shift; done
  echo fmt
  trap 'kill $!; exit 1' INT
  sleep ${seconds} &
  wait $!
  printf '#!/bin/sh\\necho v${version}\\n' > "$2"
  ;;
esac
`;
  await putExecutable(bin, "go", script);
}

/** How often the fake `go` built. */
export async function countBuilds(bin: string): Promise<number> {
  const log = await readFile(path.join(bin, "go.log"), "utf8").catch(() => "");
  return log.split("\n").filter(Boolean).length;
}

/** A release archive with a fake kustomize in it. */
export async function kustomizeArchive(t: TestContext, version: string): Promise<Buffer> {
  const folder = await temporaryFolder(t);
  await putExecutable(folder, "kustomize", fakeKustomize(version));
  const archive = path.join(folder, "archive.tar.gz");
  const { execa } = await loadExeca();
  await execa("tar", ["-czf", archive, "-C", folder, "kustomize"]);
  return readFile(archive);
}

export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A download site on a free loopback port; returns its address. */
export async function site(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A site that serves files by path and answers 404 for all others. */
export function serving(files: Readonly<Record<string, string | Buffer>>): RequestListener {
  return (request, response) => {
    const content = files[request.url ?? ""];
    if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  };
}

/** The table of tools with kustomize's download at `address`: `/kustomize.tar.gz` and `/checksums.txt`. */
export function tableAt(address: string): Readonly<Record<ToolName, ToolSpec>> {
  const url = `${address}/kustomize.tar.gz`;
  const urls = { "linux-x64": url, "linux-arm64": url, "darwin-x64": url, "darwin-arm64": url };
  const checksums = () => `${address}/checksums.txt`;
  return { ...tools, kustomize: { ...tools.kustomize, download: { ...tools.kustomize.download, urls, checksums } } };
}

/** An address that refuses connections: what a machine without network sees. */
export const nowhere = "http://127.0.0.1:9";
