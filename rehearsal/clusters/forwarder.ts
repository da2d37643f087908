import * as net from "node:net";
import type { KubernetesApi } from "./api";
import { type Endpoint, readyEndpoints } from "./endpoints";
import { listen } from "../ports";

/** A port that forwards TCP connections. */
export interface Forwarder {
  stop(): Promise<void>;
}

/** How long a pod may take to accept a connection, in milliseconds. */
const patience = 2_000;

/** Listens at an address, and forwards every connection to a pod that is ready at that moment; without one, closes it. */
export async function startForwarder(
  api: KubernetesApi,
  service: { readonly name: string; readonly namespace: string; readonly port: number },
  at: Endpoint,
): Promise<Forwarder> {
  let turn = 0;
  const open = new Set<net.Socket>();
  const server = net.createServer({ pauseOnConnect: true }, (client) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    readyEndpoints(api, service.namespace, service.name, service.port)
      .then(async (endpoints) => {
        turn += 1;
        // A pod may be gone that was ready a moment ago: then the next one gets the connection.
        const order = endpoints.map((_, position) => endpoints[(turn + position) % endpoints.length]);
        const pod = await connectToFirst(order.filter((endpoint) => endpoint !== undefined));
        if (pod === undefined) {
          client.destroy();
          return;
        }
        pod.on("error", () => client.destroy());
        client.once("close", () => pod.destroy());
        pod.once("close", () => client.destroy());
        client.pipe(pod).pipe(client);
      })
      .catch(() => client.destroy());
  });
  await listen(server, at.port, at.host);
  server.unref();
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const client of open) client.destroy();
      }),
  };
}

async function connectToFirst(endpoints: readonly Endpoint[]): Promise<net.Socket | undefined> {
  for (const { host, port } of endpoints) {
    const socket = net.connect({ host, port, noDelay: true });
    const connected = await new Promise<boolean>((resolve) => {
      socket.setTimeout(patience, () => socket.destroy(new Error("no answer")));
      socket.once("connect", () => {
        resolve(true);
      });
      socket.once("error", () => {
        resolve(false);
      });
    });
    if (connected) return socket.setTimeout(0);
  }
  return undefined;
}
