import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { createAuthority } from "../../../rehearsal/certificates";

/** An API server that keeps objects by their paths, and whose deletions take a while. */
export interface ApiServer {
  readonly kubeconfig: string;
  readonly objects: Map<string, Kept>;
  /** Paths of deletions, in order. */
  readonly deletions: string[];
  /** Plays the controllers: what becomes of a request after its answer. */
  react: (method: string, path: string) => void;
  /** Answers every deletion of a path that ends so with this status in place of doing it. */
  refuse: (ending: string, status: number) => void;
  stop(): Promise<void>;
}

/** An object, as much of it as matters. */
export interface Kept {
  readonly metadata: { deletionTimestamp?: string };
  readonly status?: object;
}

/** How many looks a deleted object is still there for. */
const looks = 2;

/** Starts one over TLS on loopback, which knows one token. */
export async function startApiServer(): Promise<ApiServer> {
  const authority = await createAuthority("test");
  const pair = await authority.issue({ name: "kube-apiserver", hosts: ["127.0.0.1"] });
  const left = new Map<string, number>();
  let refused: { ending: string; status: number } | undefined;
  const answer = (method: string, path: string): [number, object] => {
    const found = api.objects.get(path);
    if (found === undefined) return [404, { kind: "Status", details: { name: path.slice(path.lastIndexOf("/") + 1) } }];
    if (method === "DELETE") {
      if (refused !== undefined && path.endsWith(refused.ending)) return [refused.status, { message: "no" }];
      api.deletions.push(path);
      found.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
      left.set(path, looks);
    } else if (method === "GET" && left.has(path)) {
      const more = (left.get(path) ?? 0) - 1;
      left.set(path, more);
      if (more === 0) {
        api.objects.delete(path);
        left.delete(path);
      }
    }
    return [200, found];
  };
  const server = https.createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const { method = "GET", url = "/" } = request;
    const known = request.headers.authorization === "Bearer test-token";
    const [status, body] = known ? answer(method, url) : [401, { message: "Unauthorized" }];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    api.react(method, url);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const api: ApiServer = {
    kubeconfig: JSON.stringify({
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      clusters: [
        {
          name: "test",
          cluster: {
            server: `https://127.0.0.1:${port}`,
            "certificate-authority-data": Buffer.from(authority.certificate).toString("base64"),
          },
        },
      ],
      users: [{ name: "test", user: { token: "test-token" } }],
    }),
    objects: new Map(),
    deletions: [],
    react: () => undefined,
    refuse: (ending, status) => {
      refused = { ending, status };
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  return api;
}
