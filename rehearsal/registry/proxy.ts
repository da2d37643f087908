import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import * as tls from "node:tls";
import type { HostAuthority } from "./authority";
import { registryOwner } from "./hosts";
import type { Outage } from "./outage";

/** A running proxy. */
export interface RegistryProxy {
  /** For `HTTPS_PROXY`: `http://127.0.0.1:<port>`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Hosts that are played besides the registries, and what answers there. */
export type Sites = Readonly<Record<string, http.RequestListener>>;

/**
 * An HTTP proxy on loopback through which clients reach the played hosts by their real names: a tunnel to such a host
 * ends here, in a TLS server with a certificate for that name. Any other host is refused, so that nothing in a
 * rehearsal reaches a real registry.
 *
 * @param front answers at every registry
 */
export async function startProxy(
  authority: HostAuthority,
  outage: Outage,
  front: http.RequestListener,
  sites: Sites,
): Promise<RegistryProxy> {
  const isPlayed = (host: string) => registryOwner(host) !== undefined || Object.hasOwn(sites, host);
  const played = https.createServer(
    {
      ALPNProtocols: ["http/1.1"],
      SNICallback: (host, done) => {
        if (!isPlayed(host)) {
          done(new Error(`${host} is not played`));
          return;
        }
        authority.secureContext(host).then((context) => {
          done(null, context);
        }, done);
      },
      // Blobs are large and the machine may be busy; a client that has gone away is noticed by its connection.
      requestTimeout: 0,
    },
    (request, response) => {
      // By the name that the certificate is for, which a client cannot change from request to request.
      const host = request.socket instanceof tls.TLSSocket ? request.socket.servername : undefined;
      const listener = typeof host === "string" ? (sites[host] ?? front) : front;
      listener(request, response);
    },
  );
  const proxy = http.createServer((request, response) => {
    response.writeHead(403, { "content-type": "text/plain" });
    response.end(`${request.url ?? ""} is not reachable in a rehearsal: this proxy only tunnels to played hosts.\n`);
  });
  const open = new Set<Socket>();
  proxy.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  proxy.on("connect", (request, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const [host = "", port] = (request.url ?? "").split(":");
    if (!isPlayed(host) || port !== "443") {
      // Clients print this line and nothing else of the answer.
      socket.end(`HTTP/1.1 403 ${host.replaceAll(/[^\w.-]/g, "?")} is not reachable in a rehearsal\r\n\r\n`);
      return;
    }
    if (outage.affects(host)) {
      socket.destroy();
      return;
    }
    outage.watch(socket, host);
    socket.setNoDelay(true);
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) {
      socket.unshift(head);
    }
    played.emit("connection", socket);
  });
  // A client that breaks off its TLS handshake is its own affair.
  played.on("tlsClientError", (_error: Error, socket: tls.TLSSocket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    proxy.once("error", reject);
    proxy.listen(0, "127.0.0.1", resolve);
  });
  proxy.unref();
  return {
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) =>
        proxy.close(() => {
          resolve();
        }),
      );
      for (const socket of open) {
        socket.destroy();
      }
      await closed;
    },
  };
}
