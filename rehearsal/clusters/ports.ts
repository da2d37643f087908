import type { AddressInfo } from "node:net";
import * as net from "node:net";

/**
 * Free TCP ports of an address of this machine, all different. They are free at this moment: whoever wants one has to
 * take it soon.
 *
 * @default 127.0.0.1
 */
export async function freePorts(count: number, host = "127.0.0.1"): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  // All held until all are found, so that none comes twice.
  await Promise.all(servers.map((server) => listen(server, 0, host)));
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
