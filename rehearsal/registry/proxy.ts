import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type * as tls from "node:tls";
import type { Authority } from "./authority";
import { registryOwner } from "./hosts";
import type { Outage } from "./outage";

/** A running proxy. */
export interface RegistryProxy {
  /** For `HTTPS_PROXY`: `http://127.0.0.1:<port>`. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * An HTTP proxy on loopback through which clients reach the played registries by their real names: a tunnel to such a
 * host ends here, in a TLS server with a certificate for that name. Any other host is refused, so that nothing in a
 * rehearsal reaches a real registry.
 */
export async function startProxy(
  authority: Authority,
  outage: Outage,
  front: http.RequestListener,
): Promise<RegistryProxy> {
  const played = https.createServer(
    {
      ALPNProtocols: ["http/1.1"],
      SNICallback: (host, done) => {
        if (registryOwner(host) === undefined) {
          done(new Error(`no registry is played at ${host}`));
          return;
        }
        authority.secureContext(host).then((context) => {
          done(null, context);
        }, done);
      },
      // Blobs are large and the machine may be busy; a client that has gone away is noticed by its connection.
      requestTimeout: 0,
    },
    front,
  );
  const proxy = http.createServer((request, response) => {
    response.writeHead(403, { "content-type": "text/plain" });
    response.end(
      `${request.url ?? ""} is not reachable in a rehearsal: this proxy only tunnels to played registries.\n`,
    );
  });
  const open = new Set<Socket>();
  proxy.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  proxy.on("connect", (request, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const [host = "", port] = (request.url ?? "").split(":");
    if (registryOwner(host) === undefined || port !== "443") {
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
