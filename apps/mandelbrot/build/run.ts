import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { allocatorEnvironment, nodeFlags } from "./node-flags.ts";

/** Starts the bundle in a folder as the image does, with this environment besides. */
export function runBundle(
  folder: string,
  environment: Readonly<Record<string, string>>,
  stdout: "inherit" | "pipe",
): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, path.join(folder, "main.js")], {
    env: { ...process.env, ...allocatorEnvironment, ...environment },
    stdio: ["ignore", stdout, "inherit"],
  });
}
