import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { usableRunc } from "../../rehearsal/buildkit/runc";
import type { ImageConfig } from "./image";

/** A running container. */
export interface Container {
  /** What it has printed so far. */
  output(): string;
  /** Whether it still runs. */
  running(): boolean;
  /** Sends SIGTERM, as a node does. @returns exit code */
  stop(): Promise<number | null>;
}

/** What a container is made of. */
export interface ContainerOptions {
  /** The `runc` executable. */
  readonly runc: string;
  /** Folder for what runc needs, with the image's files in `rootfs`. */
  readonly folder: string;
  readonly config: ImageConfig["config"];
  /** Variables besides the image's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs an image as the platform does: its own user and command, all files read-only, no capabilities. It shares the
 * machine's network, so that its port can be reached.
 */
export async function runReadOnly(options: ContainerOptions): Promise<Container> {
  const { folder, config } = options;
  const runc = await usableRunc(options.runc, folder);
  const file = path.join(folder, "config.json");
  execFileSync(options.runc, ["spec", "--bundle", folder]);
  const bundle = specification(JSON.parse(fs.readFileSync(file, "utf8")) as Bundle, config, options.environment);
  fs.writeFileSync(file, JSON.stringify(bundle));
  const name = `trinity-test-${process.pid}`;
  const own = ["--root", path.join(folder, "state")];
  const child = spawn(runc, [...own, "run", "--bundle", folder, name], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const ended = exit(child);
  return {
    output: () => output,
    running: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      // By runc, since the launcher before it would not hand a signal on.
      execFileSync(options.runc, [...own, "kill", name, "TERM"], { stdio: "ignore" });
      return ended;
    },
  };
}

async function exit(child: ChildProcess): Promise<number | null> {
  await once(child, "close");
  return child.exitCode;
}

/** The part of an OCI runtime bundle that is changed. */
interface Bundle {
  readonly process: Readonly<Record<string, unknown>>;
  readonly root: Readonly<Record<string, unknown>>;
  readonly linux: { readonly namespaces: readonly { readonly type: string }[] };
}

function specification(
  bundle: Bundle,
  config: ImageConfig["config"],
  environment: Readonly<Record<string, string>>,
): unknown {
  const [uid, gid] = config.User.split(":").map(Number);
  return {
    ...bundle,
    process: {
      ...bundle.process,
      terminal: false,
      user: { uid, gid },
      args: [...config.Entrypoint, ...config.Cmd],
      env: [...config.Env, ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
      cwd: config.WorkingDir,
      capabilities: {},
      rlimits: [],
    },
    root: { path: "rootfs", readonly: true },
    linux: { ...bundle.linux, namespaces: bundle.linux.namespaces.filter(({ type }) => type !== "network") },
  };
}
