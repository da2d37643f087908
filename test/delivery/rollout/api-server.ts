import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { CloudName } from "../../../infra/clouds";
import { createAuthority } from "../../../rehearsal/certificates";
import { mayAsk } from "./rights";

/** An object as the stand-in keeps it. */
export interface Kept {
  metadata: { name: string; generation: number; resourceVersion: string; labels?: Record<string, string> };
  spec?: object;
  status?: object;
}

/**
 * What a request ends with in place of its answer: a status; `hang`: nothing; `reset`: the connection breaks; `page`: 200
 * with that text.
 */
export type Fault = number | "hang" | "reset" | { readonly page: string };

/**
 * A simulated API server of Kubernetes, over TLS on loopback. It keeps objects by their paths, takes merge patches of them
 * and of their status as the real one does (generation, resourceVersion, 409). Whoever it lets in may do what the identity
 * `rollout` may (403). No controller runs: a test says what comes of a patch.
 */
export interface ApiServer {
  readonly cloud: CloudName;
  readonly kubeconfig: string;
  /** Patches that were taken: path and body, in order. */
  readonly patches: { readonly path: string; readonly body: Record<string, unknown> }[];
  /** Puts an object at a path, or changes it as a controller would. */
  put(path: string, object: object): void;
  get(path: string): Kept | undefined;
  remove(path: string): void;
  /** Plays the controllers: runs after each patch. */
  react: (path: string, body: Record<string, unknown>) => void;
  /** The next `times` requests whose path has `part` in it end so. */
  fail(fault: Fault, part?: string, times?: number): void;
  stop(): Promise<void>;
}

const token = "test-token";

/**
 * Starts one.
 *
 * @param user who asks, by the kubeconfig. @default one with a token
 * @param letsIn which tokens it knows. @default that one
 */
export async function startApiServer(
  cloud: CloudName,
  user: object = { token },
  letsIn: (given: string) => boolean = (given) => given === token,
): Promise<ApiServer> {
  const authority = await createAuthority("test");
  const pair = await authority.issue({ name: "kube-apiserver", hosts: ["127.0.0.1"] });
  const objects = new Map<string, Kept>();
  const faults: { fault: Fault; part: string; times: number }[] = [];
  let version = 100;
  const put = (path: string, object: object) => {
    const { metadata = {} } = object as { metadata?: object };
    const name = path.slice(path.lastIndexOf("/") + 1);
    const kept = { ...object, metadata: { generation: 1, name, ...metadata, resourceVersion: String(++version) } };
    objects.set(path, kept);
  };
  const api: Omit<ApiServer, "kubeconfig"> = {
    cloud,
    patches: [],
    put,
    get: (path) => objects.get(path),
    remove: (path) => objects.delete(path),
    react: () => undefined,
    fail: (fault, part = "", times = Infinity) => faults.push({ fault, part, times }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  const patch = (path: string, body: Record<string, unknown>): { status: number; object: object } => {
    const status = path.endsWith("/status");
    const at = status ? path.slice(0, -"/status".length) : path;
    const before = objects.get(at);
    if (before === undefined) return failure(404, `not found`, at);
    const asked = (body.metadata as { resourceVersion?: string } | undefined)?.resourceVersion;
    if (asked !== undefined && asked !== before.metadata.resourceVersion) {
      return failure(409, "the object has been modified; please apply your changes to the latest version", at);
    }
    const after = merge(before, body) as Kept;
    const kept = status ? { ...before, status: after.status } : { ...after, status: before.status };
    const changed = JSON.stringify(kept.spec) !== JSON.stringify(before.spec);
    kept.metadata = { ...kept.metadata, generation: before.metadata.generation + (changed ? 1 : 0) };
    put(at, kept);
    api.patches.push({ path, body });
    const answer = objects.get(at) ?? {};
    api.react(path, body);
    return { status: 200, object: answer };
  };
  const server = https.createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "https://test");
      const fault = faults.find(({ part, times }) => times > 0 && (request.url ?? "").includes(part));
      if (fault !== undefined) fault.times--;
      if (fault?.fault === "hang") return;
      if (fault?.fault === "reset") {
        request.socket.destroy();
        return;
      }
      if (typeof fault?.fault === "object") {
        response.end(fault.fault.page);
        return;
      }
      const body = await text(request);
      const answer =
        fault !== undefined
          ? failure(fault.fault, "a fault of the test", url.pathname)
          : !letsIn((request.headers.authorization ?? "").replace(/^Bearer /, ""))
            ? failure(401, "Unauthorized", url.pathname)
            : !mayAsk(request.method ?? "", url.pathname)
              ? failure(403, "the identity rollout may not do this", url.pathname)
              : request.method === "PATCH"
                ? patch(url.pathname, JSON.parse(body) as Record<string, unknown>)
                : read(objects, url);
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.object));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = `trinity-dev-${cloud}`;
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": cluster,
    contexts: [{ name: cluster, context: { cluster, user: cluster } }],
    clusters: [
      {
        name: cluster,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          "certificate-authority-data": Buffer.from(authority.certificate).toString("base64"),
        },
      },
    ],
    users: [{ name: cluster, user }],
  });
  return Object.assign(api, { kubeconfig });
}

/** An object, or else the list of what is below a path and has the labels that are asked for. */
function read(objects: ReadonlyMap<string, Kept>, url: URL): { status: number; object: object } {
  const found = objects.get(url.pathname);
  if (found !== undefined) return { status: 200, object: found };
  if (!/\/(pods|analysisruns)$/.test(url.pathname)) return failure(404, "not found", url.pathname);
  const wanted = (url.searchParams.get("labelSelector") ?? "").split(",").map((pair) => pair.split("="));
  const items = [...objects]
    .filter(([path]) => path.startsWith(`${url.pathname}/`))
    .map(([, object]) => object)
    .filter(({ metadata: { labels = {} } }) => wanted.every(([key = "", value]) => labels[key] === value));
  return { status: 200, object: { kind: "List", items } };
}

/** `Status` (meta/v1). */
function failure(code: number, message: string, path: string): { status: number; object: object } {
  // A path without a kind and version that it knows is answered without a name: "the server could not find the requested resource".
  const name =
    /^\/apis?\/(?:argoproj\.io\/v1alpha1|v1)\/.*\/(?:pods|rollouts|applications|applicationsets)\/([^/]+)/.exec(
      path,
    )?.[1];
  return { status: code, object: { kind: "Status", code, message: `${path}: ${message}`, details: { name } } };
}

/** RFC 7386. */
function merge(before: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof before === "object" && before !== null ? { ...before } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merge(result[key], value);
  }
  return result;
}
