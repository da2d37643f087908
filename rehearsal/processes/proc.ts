import * as fs from "node:fs";
import path from "node:path";

// What Linux tells of running processes (proc(5)). A process may end while it is looked at, or be another user's: then
// it has neither command nor environment. Elsewhere there is no process to be seen.

/** Ids of all processes. */
export function processIds(): number[] {
  const names = fs.existsSync("/proc") ? fs.readdirSync("/proc") : [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The words of a process's command line. */
export function commandOf(pid: number): string[] {
  return read(pid, "cmdline").split("\0");
}

/** `NAME=value` of each variable that a process was started with. */
export function environmentOf(pid: number): string[] {
  return read(pid, "environ").split("\0");
}

/** A number of a process's status, for instance `PPid`, or `VmHWM` in kilobytes. */
export function statusNumber(pid: number, field: string): number | undefined {
  const value = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(read(pid, "status"))?.[1];
  return value === undefined ? undefined : Number(value);
}

function read(pid: number, file: string): string {
  try {
    return fs.readFileSync(path.join("/proc", String(pid), file), "utf8");
  } catch {
    return "";
  }
}
