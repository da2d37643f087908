import * as fs from "node:fs";
import * as path from "node:path";

/** What decides whether pods can run. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** User id; undefined where there are none. */
  readonly uid: number | undefined;
  /** Whether there is a file. */
  exists(file: string): boolean;
  /** The folders of PATH. */
  readonly path: readonly string[];
}

const thisMachine = (): Machine => ({
  platform: process.platform,
  uid: process.getuid?.(),
  exists: fs.existsSync,
  path: (process.env.PATH ?? "").split(path.delimiter),
});

/**
 * What this machine lacks to run pods: real nodes start containers, which takes Linux, root, control groups and the
 * usual commands for mounts, namespaces and network devices. Nothing is started to find out.
 *
 * @returns sentences; none when pods can run
 */
export function whyNoPods(machine: Machine = thisMachine()): string[] {
  if (machine.platform !== "linux") return [`Containers run on Linux only; this is ${machine.platform}.`];
  const missing: string[] = [];
  if (machine.uid !== 0) missing.push(`Containers are started by root; this is user ${machine.uid ?? "?"}.`);
  // The memory controller of either version of control groups, at the place where it is usually mounted.
  if (!["/sys/fs/cgroup/memory", "/sys/fs/cgroup/cgroup.controllers"].some((file) => machine.exists(file))) {
    missing.push("Control groups are not mounted at /sys/fs/cgroup.");
  }
  for (const [command, source] of Object.entries(commands)) {
    if (!machine.path.some((folder) => machine.exists(path.join(folder, command)))) {
      missing.push(`There is no ${command} on PATH (${source}).`);
    }
  }
  return missing;
}

/** Commands that nodes are made with, and the package that they usually come in. */
const commands = { unshare: "util-linux", nsenter: "util-linux", mount: "mount", ip: "iproute2" };

/** @throws Error with all that {@link whyNoPods} finds */
export function assertCanRunPods(machine?: Machine): void {
  const missing = whyNoPods(machine);
  if (missing.length > 0) {
    throw new Error(`Pods cannot run on this machine:\n${missing.map((line) => `  - ${line}`).join("\n")}`);
  }
}
