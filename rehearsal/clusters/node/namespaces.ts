import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Child } from "../../processes/child";
import { commandOf } from "../../processes/proc";
import { type ClusterOptions, eventually, startProgram } from "../program";

const run = promisify(execFile);

/** Folders at which containerd and the kubelet keep things whatever they are told; every node has its own. */
const ownFolders = ["/run", "/var/lib", "/var/log"];

/**
 * Settings of the kernel that a kubelet changes (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go). They
 * are the whole machine's, so a node gets files of its own in their place.
 */
const kernelSettings = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
].map((name) => `/proc/sys/${name}`);

/** A node's own view of processes and mounts. Stopping it ends every process in it, containers included. */
export interface NodeNamespaces extends Child {
  /** What to run so that a command runs inside. */
  inside(command: string, args: readonly string[]): { readonly command: string; readonly args: string[] };
  /** A file inside, as it is seen from outside. */
  seenFromOutside(file: string): string;
}

export interface NamespacesOptions extends ClusterOptions {
  /** The node's name. */
  readonly name: string;
  /** Folder of the node's files. */
  readonly home: string;
}

/**
 * Makes a node's namespaces. With process ids of its own, the kernel ends all of a node's processes when the first one
 * ends (pid_namespaces(7)), and with mounts of its own, all that the node mounted is gone then: however a run ends,
 * nothing stays. Pods have networks of their own; the node itself has the machine's.
 *
 * @throws Error when the run's folder lies in one of the folders that are hidden inside
 */
export async function createNamespaces(options: NamespacesOptions): Promise<NodeNamespaces> {
  const { name, home } = options;
  const hidden = ownFolders.find((folder) => `${options.folder}/`.startsWith(`${folder}/`));
  if (hidden !== undefined) {
    throw new Error(`${options.folder} cannot hold nodes: every node has a ${hidden} of its own. Use another folder.`);
  }
  const { pause } = options.tools;
  const child = await startProgram(options, {
    name: `${name}-namespaces`,
    command: "unshare",
    args: ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", pause],
    ready: () => Promise.resolve(true),
  });
  const problem = `${name}: its namespaces have no first process; see ${options.logs}`;
  try {
    await eventually(options, problem, () => Promise.resolve(firstProcess(child.pid, pause) !== undefined), 10);
    const first = firstProcess(child.pid, pause) ?? 0;
    const enter = ["--target", String(first), "--mount", "--pid", "--"];
    const mount = (...args: readonly string[]) => run("nsenter", [...enter, "mount", ...args], { timeout: 10_000 });
    for (const folder of ownFolders) await mount("-t", "tmpfs", "-o", "mode=0755,size=64m", "tmpfs", folder);
    for (const setting of kernelSettings.filter((file) => existsSync(file))) {
      const own = path.join(home, "kernel-settings", path.basename(setting));
      mkdirSync(path.dirname(own), { recursive: true });
      writeFileSync(own, readFileSync(setting));
      await mount("--bind", own, setting);
    }
    return {
      ...child,
      inside: (command, args) => ({ command: "nsenter", args: [...enter, command, ...args] }),
      seenFromOutside: (file) => `/proc/${first}/root${file}`,
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** The id of the process that `unshare` has started; undefined until it is the program that holds the namespaces. */
function firstProcess(unshare: number, program: string): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${unshare}/task/${unshare}/children`, "utf8").split(" ");
    return child !== undefined && commandOf(Number(child))[0] === program ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}
