import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { SharedPaths } from "../paths";
import type { ToolName, Way } from "./types";

const recordShape = z.object({
  way: z.enum(["path", "download", "build"]),
  version: z.string(),
  /** Absolute for a tool on PATH; from the tools' own folder for the others, so that the repository can be moved. */
  path: z.string(),
  /** Size in bytes and time of change in milliseconds: what tells whether the file is still the same. */
  size: z.number(),
  modified: z.number(),
  /** For a build: hash of what went into it (see build.ts). */
  recipe: z.string().optional(),
});

/** What is remembered of a tool that was found, downloaded or built. */
export type ToolRecord = z.infer<typeof recordShape>;

/** The record of a tool, when there is one and its file is unchanged. */
export async function readRecord(shared: SharedPaths, tool: ToolName): Promise<ToolRecord | undefined> {
  const text = await readFile(recordFile(shared, tool), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const record = { ...parsed, path: path.resolve(shared.toolsBin, parsed.path) };
  const now = await identify(record.path);
  return now?.size === record.size && now.modified === record.modified ? record : undefined;
}

/** Remembers a tool. The file at `path` must exist. */
export async function writeRecord(
  shared: SharedPaths,
  tool: ToolName,
  record: { readonly way: Way; readonly version: string; readonly path: string; readonly recipe?: string },
): Promise<void> {
  const identity = await identify(record.path);
  if (identity === undefined) throw new Error(`${tool} is not at ${record.path}, where it was just put.`);
  await mkdir(shared.toolRecords, { recursive: true });
  const file = recordFile(shared, tool);
  const draft = `${file}.${process.pid}.new`;
  const place = record.way === "path" ? record.path : path.relative(shared.toolsBin, record.path);
  await writeFile(draft, `${JSON.stringify({ ...record, ...identity, path: place }, undefined, 2)}\n`);
  await rename(draft, file);
}

function recordFile(shared: SharedPaths, tool: ToolName): string {
  return path.join(shared.toolRecords, `${tool}.json`);
}

/** A damaged record is none: the tool is looked for again. */
function parse(text: string): ToolRecord | undefined {
  try {
    return recordShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function identify(file: string): Promise<{ size: number; modified: number } | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { size: found.size, modified: Math.trunc(found.mtimeMs) } : undefined;
}
