import { randomInt } from "node:crypto";
import type { AddressInfo } from "node:net";
import * as net from "node:net";

/**
 * Where free ports are looked for: above what Kubernetes' programs listen on by default (10248-10259), and below both
 * node ports (30000-32767) and what Linux gives to connections and to servers that leave the choice to it
 * (32768-60999, ip_local_port_range of ip(7)). A port of those may be another's before whoever asked for it listens.
 */
const [lowest, highest] = [11_000, 29_999];

/**
 * Free TCP ports of an address of this machine, all different. They are free at this moment: whoever wants one has to
 * take it soon.
 *
 * @default 127.0.0.1
 * @throws Error when the address is not this machine's
 */
export async function freePorts(count: number, host = "127.0.0.1"): Promise<number[]> {
  const servers: net.Server[] = [];
  // All held until all are found, so that none comes twice.
  while (servers.length < count) {
    const server = net.createServer();
    try {
      await listen(server, randomInt(lowest, highest + 1), host);
      servers.push(server);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => close(server)));
  return ports;
}

/** One free port; see {@link freePorts}. */
export async function freePort(host?: string): Promise<number> {
  const [port = 0] = await freePorts(1, host);
  return port;
}

/** Has a server listen. @throws Error when the address is taken or not this machine's */
export async function listen(server: net.Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

async function close(server: net.Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** Whether something accepts TCP connections at an address. */
export async function acceptsTcp(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(port, host);
    connection.setTimeout(2_000, () => connection.destroy(new Error("no answer")));
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => {
      resolve(false);
    });
  });
}
