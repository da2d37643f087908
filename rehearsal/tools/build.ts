import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { SharedPaths } from "../paths";
import type { ToolsContext } from "./context";
import { goEnvironment, moduleFolder, requireGo } from "./go";
import { compileProgress, fetchProgress, isImportPath } from "./go-progress";
import type { ToolProgress } from "./progress";
import { putTool, withTemporaryFolder } from "./put";
import { runGo } from "./run-go";
import type { Tool, ToolSpec } from "./types";

type LineProgress = (line: string) => ToolProgress | undefined;

/**
 * Fetches the modules of a tool's checked-in go.mod and go.sum, as far as its packages need them.
 * @throws Error naming what is missing, or with the end of what Go said
 */
export async function fetchModules(spec: ToolSpec, context: ToolsContext): Promise<void> {
  await goCommand(spec, context, ["list", ...buildFlags(spec), "-deps", spec.build.package], fetchProgress(spec));
}

/**
 * Builds a tool whose modules are there, and puts it in place. The caller holds the tools' lock.
 * A build that was killed goes on where it was, since Go keeps every package that it finished.
 * @throws Error naming what is missing, or with the end of what Go said
 */
export async function buildTool(spec: ToolSpec, context: ToolsContext): Promise<Tool> {
  const { shared } = context;
  return withTemporaryFolder(shared, async (folder) => {
    const finished = path.join(folder, "executable");
    const [main, flags] = [spec.build.package, buildFlags(spec)];
    const listing = ["list", ...flags, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", main];
    const stale = await goCommand(spec, context, listing, () => undefined);
    const total = stale.filter(isImportPath).length;
    await goCommand(spec, context, ["build", "-v", ...flags, "-o", finished, main], compileProgress(spec, total));
    const tool = await putTool(shared, spec, finished, { way: "build", recipe: await recipeOf(spec) });
    return { ...tool, source: "build" };
  });
}

async function goCommand(
  spec: ToolSpec,
  { shared, env, signal, onProgress }: ToolsContext,
  args: readonly string[],
  toProgress: LineProgress,
): Promise<readonly string[]> {
  const go = await requireGo(shared, spec, env);
  const environment = await goEnvironment(shared, spec, env);
  const onLine = (line: string) => {
    const progress = toProgress(line);
    if (progress !== undefined) onProgress(progress);
  };
  return runGo({ go, args, folder: moduleFolder(spec), environment, onLine, signal });
}

/**
 * Throws Go's caches away once the tools are built: they are about 20 times as large as the tools (several GB for
 * `pulumi` alone) and only the tools are needed again. The price is a build from scratch when a pinned version
 * changes. They are kept while a build has yet to succeed, so that the next try goes on where this one stopped.
 */
export async function removeGoCaches(shared: SharedPaths): Promise<void> {
  await rm(shared.goCache, { recursive: true, force: true });
}

/** What a build is made of, hashed: a tool that was built from something else is built again. */
export async function recipeOf(spec: ToolSpec): Promise<string> {
  const { package: main, cgo } = spec.build;
  const hash = createHash("sha256").update(JSON.stringify([...buildFlags(spec), main, cgo]));
  const folder = moduleFolder(spec);
  for (const file of (await readdir(folder)).sort()) hash.update(await readFile(path.join(folder, file)));
  return hash.digest("hex");
}

function buildFlags({ build }: ToolSpec): readonly string[] {
  const tags = build.tags.length > 0 ? ["-tags", build.tags.join(",")] : [];
  // Without inlining, and without the debug information that the linker drops anyway (`-s -w`), compiling takes two
  // thirds of the time, and the tools are hardly slower: they mostly wait for disks, processes and each other.
  return ["-trimpath", "-gcflags=all=-l -dwarf=false", ...tags, "-ldflags", build.ldflags.join(" ")];
}
