import * as fs from "node:fs";
import * as path from "node:path";
import { startChild } from "../processes/child";
import { endLeftover } from "../processes/leftovers";
import { accepts, socketFolder } from "../processes/socket";
import { assertCanBuild } from "./privilege";
import { usableRunc } from "./runc";

/** Name of the builder that is written for buildx: the value of the setting `trinity:builder`. */
export const builderName = "trinity-rehearsal";

/** Most that finished builds may keep on disk, in megabytes; older things go first. */
const cacheMegabytes = 4_000;

/** Where buildkitd keeps its things; {@link homePaths} has them. */
export interface BuildkitOptions {
  /** The run's folder. */
  readonly root: string;
  /** Snapshots and cache; kept from run to run. */
  readonly data: string;
  readonly logs: string;
  /** The `buildkitd` executable. */
  readonly command: string;
  /** The `runc` executable. */
  readonly runc: string;
  /** The registries' client environment: buildkitd pulls and pushes; its `BUILDX_CONFIG` gets the builder. */
  readonly environment: Readonly<Record<string, string>> & { readonly BUILDX_CONFIG: string };
}

/** A running builder. */
export interface Buildkit {
  /** For buildx: the value of the setting `trinity:builder`. */
  readonly builder: string;
  stop(): Promise<void>;
}

/**
 * Starts buildkitd and writes the buildx builder (remote driver) that leads to it.
 *
 * @throws Error naming what is missing when this user cannot build images
 */
export async function startBuildkit(options: BuildkitOptions): Promise<Buildkit> {
  assertCanBuild();
  const record = path.join(options.data, "process.json");
  const sockets = socketFolder(options.root);
  const socket = path.join(sockets, "buildkitd.sock");
  const config = path.join(options.data, "buildkitd.toml");
  fs.mkdirSync(options.data, { recursive: true, mode: 0o700 });
  await endLeftover(record);
  fs.rmSync(socket, { force: true });
  // An empty file, or it would read the machine's own, /etc/buildkit/buildkitd.toml.
  fs.writeFileSync(config, "");
  const child = await startChild({
    name: "buildkitd",
    command: options.command,
    args: [
      ...["--config", config],
      ...["--root", path.join(options.data, "root")],
      ...["--addr", `unix://${socket}`],
      ...["--otel-socket-path", path.join(sockets, "buildkitd-otel.sock")],
      ...["--oci-worker=true", "--containerd-worker=false"],
      ...["--oci-worker-binary", await usableRunc(options.runc, options.data)],
      // The other networks need CNI plugins. Build steps share the machine's network, and so its loopback.
      "--oci-worker-net=host",
      "--cdi-disabled",
      ...["--oci-worker-gc", "--oci-worker-gc-keepstorage", `0,0,${cacheMegabytes}`],
    ],
    env: { PATH: process.env.PATH, HOME: options.data, ...options.environment },
    log: path.join(options.logs, "buildkitd.log"),
    record,
    ready: () => accepts(socket),
  });
  try {
    writeBuilder(options.environment.BUILDX_CONFIG, socket);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { builder: builderName, stop: () => child.stop() };
}

/** What `docker buildx create --driver remote --name <name> unix://<socket>` writes. */
function writeBuilder(buildxConfig: string, socket: string): void {
  const node = {
    Name: `${builderName}0`,
    Endpoint: `unix://${socket}`,
    Platforms: null,
    DriverOpts: null,
    Flags: null,
  };
  const file = path.join(buildxConfig, "instances", builderName);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, JSON.stringify({ Name: builderName, Driver: "remote", Nodes: [node], Dynamic: false }));
}
