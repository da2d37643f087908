import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { type Child, startChild } from "../processes/child";
import { endLeftover } from "../processes/leftovers";
import { accepts } from "../processes/socket";

/** The real registry (CNCF Distribution) behind the simulated hosts. */
export interface Backend {
  /** Sends one request to it. */
  request(options: Pick<http.RequestOptions, "method" | "path" | "headers">): http.ClientRequest;
  stop(): Promise<void>;
}

/** Where a backend keeps its things. */
export interface BackendOptions {
  /** The `registry` executable, version 3. */
  readonly command: string;
  /** Folder of blobs and manifests. */
  readonly data: string;
  readonly log: string;
  /** Folder for the socket; see {@link socketFolder}. */
  readonly sockets: string;
}

/** Starts the registry at a Unix socket: nothing but the front can reach it, so the front's rules hold. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const record = path.join(options.data, "process.json");
  const config = path.join(options.data, "config.json");
  const socket = path.join(options.sockets, "registry.sock");
  fs.mkdirSync(options.data, { recursive: true, mode: 0o700 });
  await endLeftover(record);
  fs.rmSync(socket, { force: true });
  // JSON is YAML too.
  fs.writeFileSync(config, JSON.stringify(configuration(path.join(options.data, "store"), socket)), { mode: 0o600 });
  const child: Child = await startChild({
    name: "registry",
    command: options.command,
    args: ["serve", config],
    env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: "none" },
    log: options.log,
    record,
    ready: () => accepts(socket),
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  return {
    request: (request) => http.request({ ...request, socketPath: socket, agent }),
    stop: async () => {
      agent.destroy();
      await child.stop();
    },
  };
}

function configuration(store: string, socket: string): unknown {
  return {
    version: "0.1",
    log: { level: "warn", formatter: "text", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: store, maxthreads: 64 },
      delete: { enabled: true },
      cache: { blobdescriptor: "inmemory" },
    },
    // Relative addresses, because only the front knows the host that the client asked for.
    http: { net: "unix", addr: socket, secret: randomBytes(16).toString("hex"), relativeurls: true },
  };
}
