import type * as http from "node:http";
import type { Duplex } from "node:stream";

/** An outage that a test or an exercise asks for. */
export interface OutageOptions {
  /** Only this host. @default every registry */
  readonly host?: string;
  /** Bytes of blobs that still arrive before the registry goes away in the middle of one. @default 0, at once */
  readonly afterBytes?: number;
}

/** A switch that makes registries go away as a network fault would: connections break, new ones do too. */
export class Outage {
  #planned: OutageOptions | undefined;
  #arrived = 0;
  readonly #connections = new Map<Duplex, string>();

  /** From now on, or after so many bytes. */
  begin(options: OutageOptions = {}): void {
    this.#planned = options;
    this.#arrived = 0;
    if (this.#isDown()) {
      this.#breakConnections();
    }
  }

  end(): void {
    this.#planned = undefined;
  }

  /** Whether the host is away now. */
  affects(host: string): boolean {
    return this.#isDown() && this.#concerns(host);
  }

  /** Notes a connection, so that it can be broken. */
  watch(connection: Duplex, host: string): void {
    this.#connections.set(connection, host);
    connection.once("close", () => this.#connections.delete(connection));
  }

  /** Counts the upload that a request brings. */
  count(request: http.IncomingMessage, host: string): void {
    if (this.#planned === undefined || !this.#concerns(host)) {
      return;
    }
    request.on("data", (data: Buffer) => {
      this.#arrived += data.length;
      if (this.#isDown()) {
        this.#breakConnections();
      }
    });
  }

  #concerns(host: string): boolean {
    return this.#planned !== undefined && (this.#planned.host ?? host) === host;
  }

  #isDown(): boolean {
    return this.#planned !== undefined && this.#arrived >= (this.#planned.afterBytes ?? 0);
  }

  #breakConnections(): void {
    for (const [connection, host] of this.#connections) {
      if (this.#concerns(host)) {
        connection.destroy();
      }
    }
  }
}
