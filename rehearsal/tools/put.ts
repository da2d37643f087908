import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { SharedPaths } from "../paths";
import { queryVersion } from "./query-version";
import { writeRecord } from "./records";
import type { ToolSpec, Way } from "./types";
import { isAtLeast } from "./version";

/** Runs `work` with an empty folder that is gone afterwards, on the file system that tools are kept on. */
export async function withTemporaryFolder<T>(shared: SharedPaths, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(shared.toolsTemporary, { recursive: true });
  const folder = await mkdtemp(path.join(shared.toolsTemporary, "tool-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes a finished executable the tool: tries it, moves it into place in one step and remembers it.
 * Until the move nothing of it can be seen, so that a run that is killed leaves no half tool.
 * @param finished the executable, on the same file system as the tools
 * @throws Error when it does not run here or is older than the tool must be
 */
export async function putTool(
  shared: SharedPaths,
  spec: ToolSpec,
  finished: string,
  origin: { readonly way: Way; readonly recipe?: string },
): Promise<{ readonly path: string; readonly version: string }> {
  await chmod(finished, 0o755);
  const version = await tryOut(spec, finished);
  const place = path.join(shared.toolsBin, spec.name);
  await mkdir(shared.toolsBin, { recursive: true });
  await rename(finished, place);
  await writeRecord(shared, spec.name, { ...origin, version, path: place });
  return { path: place, version };
}

async function tryOut(spec: ToolSpec, executable: string): Promise<string> {
  if (spec.installed.kind !== "version") return spec.version;
  const answer = await queryVersion(executable, spec.installed);
  if ("reason" in answer) throw new Error(`the ${spec.name} that came does not run here: ${answer.reason}`);
  if (isAtLeast(answer.version, spec.minimum)) return answer.version;
  throw new Error(`the ${spec.name} that came is ${answer.version}, older than ${spec.minimum}`);
}
