import * as https from "node:https";
import type { CloudName } from "../../infra/clouds";
import { messageOf } from "../failure";
import { pause } from "../pause";
import { loginOf } from "./credential";
import { type Access, type Login, readKubeconfig } from "./kubeconfig";

/** Longest time that an API server may take for one answer, in milliseconds. */
const patience = 10_000;

/** How often a request is made that the server was too busy for, or whose connection broke. Each may be made twice. */
const attempts = 3;

/** Kinds of fault, each with what to do. */
const advice = {
  unreachable: "Is the cluster up, and its address to be reached from here?",
  login: "Log in to the cloud again, or write the kubeconfig anew.",
  forbidden: "Ask the cluster's administrators for the right to do this.",
  missing: "",
  conflict: "Run the same command again.",
  refused: "",
} as const;

/** What an API server refused, or did not answer. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";

  constructor(
    readonly kind: keyof typeof advice,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${message} ${advice[kind]}`.trim(), options);
  }
}

/** For what waits: a server that does not answer now may answer later. @returns why not yet @throws every other error */
export function notYet(error: unknown): string {
  if (error instanceof ClusterError && error.kind === "unreachable") return error.message;
  throw error;
}

/** A request: what it does, and to what. */
interface Request {
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: object;
}

/** The part of `Status` (meta/v1) that is used. */
interface Failure {
  readonly message?: string;
  readonly details?: { readonly name?: string };
}

/** One cloud's cluster: a client of its API server, in which every request has a time limit. */
export class Cluster {
  readonly #access: Access;
  readonly #login: ReturnType<typeof loginOf>;
  readonly #agent: https.Agent;

  /**
   * @param where what the kubeconfig was read from, for errors
   * @param signal ends every request
   * @throws InputError for a kubeconfig that cannot be used
   */
  constructor(
    readonly cloud: CloudName,
    where: string,
    kubeconfig: string,
    readonly signal: AbortSignal,
  ) {
    this.#access = readKubeconfig(where, kubeconfig);
    this.#login = loginOf(this.#access);
    this.#agent = new https.Agent({ keepAlive: true, ca: this.#access.authority });
  }

  /** The cluster's name. */
  get name(): string {
    return this.#access.cluster;
  }

  /** An object or a list. @throws ClusterError, of kind `missing` when there is none */
  async get<Kind>(path: string): Promise<Kind> {
    return (await this.#send({ method: "GET", path })) as Kind;
  }

  /** An object; undefined when there is none, but not when the cluster does not know its kind. @throws ClusterError */
  async find<Kind>(path: string): Promise<Kind | undefined> {
    try {
      return await this.get<Kind>(path);
    } catch (error) {
      const failure = error instanceof ClusterError && error.kind === "missing" && (error.cause as Failure | undefined);
      if (failure && failure.details?.name !== undefined) return undefined;
      throw error;
    }
  }

  /** Changes an object, or its subresource, by a merge patch (RFC 7386); gives what became of it. @throws ClusterError */
  async patch<Kind>(path: string, body: object): Promise<Kind> {
    return (await this.#send({ method: "PATCH", path, body })) as Kind;
  }

  /** Begins the deletion of an object; one that is gone is no fault. @throws ClusterError */
  async delete(path: string): Promise<void> {
    try {
      await this.#send({ method: "DELETE", path });
    } catch (error) {
      if (!(error instanceof ClusterError && error.kind === "missing")) throw error;
    }
  }

  /** Ends the connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(request: Request): Promise<unknown> {
    let fresh = false;
    for (let attempt = 1; ; attempt++) {
      const { status, text } = await this.#answer(request, fresh, attempt < attempts);
      if (status >= 200 && status < 300) return this.#object(request, text);
      // A token may have been taken back before its time.
      fresh = status === 401;
      const again = fresh ? attempt === 1 : status === 429 || status >= 500 || status === 0;
      if (!again || attempt === attempts) throw this.#failure(request, status, text);
      await pause(200 * 2 ** attempt, this.signal);
    }
  }

  /** A page of a proxy, or of whatever else has the address, is no answer. */
  #object(request: Request, text: string): unknown {
    const answer = parse(text) as { readonly kind?: unknown; readonly metadata?: unknown } | null | undefined;
    if (typeof answer?.kind === "string" || typeof answer?.metadata === "object") return answer;
    throw new ClusterError(
      "unreachable",
      `${this.#where(request)}: no answer of a Kubernetes API, but ${JSON.stringify(text.slice(0, 80))}.`,
    );
  }

  /** @param quiet give status 0 for a connection that broke, in place of an error */
  async #answer(request: Request, fresh: boolean, quiet: boolean): Promise<{ status: number; text: string }> {
    let login: Login;
    try {
      login = await this.#login(this.signal, fresh);
    } catch (error) {
      this.signal.throwIfAborted();
      throw new ClusterError("login", `${this.#where(request)}: ${messageOf(error)}`, { cause: error });
    }
    const limit = AbortSignal.timeout(patience);
    try {
      return await this.#exchange(request, login, AbortSignal.any([this.signal, limit]));
    } catch (error) {
      this.signal.throwIfAborted();
      if (quiet && (error as NodeJS.ErrnoException).code === "ECONNRESET") return { status: 0, text: "" };
      const why = limit.aborted ? `no answer within ${patience / 1000} s` : messageOf(error);
      throw new ClusterError("unreachable", `${this.#where(request)}: ${why}.`, { cause: error });
    }
  }

  #exchange({ method, path, body }: Request, login: Login, signal: AbortSignal) {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      accept: "application/json",
      "user-agent": "trinity",
      ...(login.token === undefined ? {} : { authorization: `Bearer ${login.token}` }),
      ...(body === undefined ? {} : { "content-type": "application/merge-patch+json" }),
    };
    const { certificate: cert, key } = login;
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = https.request(
        new URL(path, this.#access.server),
        { method, headers, agent: this.#agent, cert, key, signal },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.once("error", reject);
          answer.once("end", () => {
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") });
          });
        },
      );
      request.once("error", reject);
      request.end(text);
    });
  }

  #failure(request: Request, status: number, text: string): ClusterError {
    const kinds: Readonly<Record<number, keyof typeof advice>> = {
      401: "login",
      403: "forbidden",
      404: "missing",
      409: "conflict",
    };
    const kind = kinds[status] ?? (status === 429 || status >= 500 ? "unreachable" : "refused");
    const failure = (parse(text) as Failure | null | undefined) ?? {};
    return new ClusterError(kind, `${this.#where(request)}: ${status} ${failure.message ?? text.slice(0, 200)}.`, {
      cause: failure,
    });
  }

  #where({ method, path }: Request): string {
    const { cluster, server } = this.#access;
    return `${this.cloud}: cluster ${cluster} (${server}), ${method} ${path}`;
  }
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
