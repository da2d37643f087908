import * as fs from "node:fs/promises";
import * as path from "node:path";
import { shared } from "../paths";
import { goEnvironment, requireGo } from "../tools/go";
import { loadExeca } from "../tools/execa";
import { tools } from "../tools/tools";
import { libraryEntries, user, withFolders } from "./contents";
import type { LayerEntry } from "./tar";

/** Where the official Go image has Go. */
const target = "usr/local/go";

/** Go's own folders and files that building a program of the standard library takes, without cgo. */
const parts = {
  /** What the compiler and the assembler are told by: versions, settings, headers. */
  plain: ["VERSION", "go.env", "pkg/include"],
  tools: ["asm", "compile", "link"],
};

/** This machine's Go. */
export interface Go {
  /** For instance `go1.26.4`. */
  readonly version: string;
  readonly root: string;
}

/**
 * Finds the Go that this machine builds tools with: its own, or, where that is older than they need, the one that it has
 * fetched for them (README: Go 1.21 or later).
 *
 * @throws Error naming what is missing
 */
export async function findGo(): Promise<Go> {
  // Any tool of the table will do: they all name a Go that is new enough for the apps.
  const tool = tools.kustomize;
  const command = await requireGo(shared, tool, process.env);
  const { execa } = await loadExeca();
  const { stdout } = await execa(command, ["env", "GOVERSION", "GOROOT"], {
    cwd: path.join(__dirname, "../tools/go", tool.build.module),
    env: await goEnvironment(shared, tool, process.env),
    // It may be fetching itself.
    timeout: 300_000,
  });
  const [version = "", root = ""] = stdout.split("\n");
  return { version, root };
}

/**
 * What the stand-in Go image holds: Go where the official image has it, without cgo, tests, documentation and its own
 * sources, and without a shell.
 */
export async function goContents({ root }: Go): Promise<LayerEntry[]> {
  const processor = process.arch === "arm64" ? "arm64" : "amd64";
  const tools = parts.tools.map((name) => `pkg/tool/linux_${processor}/${name}`);
  const go = path.join(root, "bin/go");
  return withFolders([
    ...user(),
    { path: "root", mode: 0o700 },
    ...(await libraryEntries(go)),
    ...(await Promise.all(["bin/go", ...tools].map((name) => entry(root, name, 0o755)))),
    ...(await filesBelow(root, parts.plain)),
    ...(await filesBelow(root, ["src"], isSource)),
  ]);
}

/** Whether a file of the standard library takes part in a build of something else. */
function isSource(file: string): boolean {
  return !file.startsWith("src/cmd/") && !file.endsWith("_test.go") && !file.split("/").includes("testdata");
}

async function filesBelow(
  root: string,
  names: readonly string[],
  wanted: (file: string) => boolean = () => true,
): Promise<LayerEntry[]> {
  const files = await Promise.all(
    names.map(async (name) => {
      // A distribution may have put a link there.
      const start = await fs.realpath(path.join(root, name));
      if ((await fs.stat(start)).isFile()) return [name];
      const found = await fs.readdir(start, { recursive: true, withFileTypes: true });
      return found
        .filter((each) => each.isFile())
        .map((each) => path.join(name, path.relative(start, path.join(each.parentPath, each.name))));
    }),
  );
  return Promise.all(
    files
      .flat()
      .filter(wanted)
      .map((file) => entry(root, file, 0o644)),
  );
}

async function entry(root: string, file: string, mode: number): Promise<LayerEntry> {
  return { path: `${target}/${file}`, mode, contents: await fs.readFile(path.join(root, file)) };
}
