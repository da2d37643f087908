import * as https from "node:https";

/** How long an API server may take to answer, in milliseconds: large custom resources take long on busy machines. */
const patience = 60_000;

/** Who speaks to an API server, and how it is known. */
export interface ApiOptions {
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** The certificate authority, PEM. */
  readonly certificate: string;
  /** A bearer token; without one, requests are anonymous. */
  readonly token?: string;
}

/** Answers of an API server that are no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A client of one API server: the few requests that the rehearsal makes itself. Every request has a time limit. */
export class KubernetesApi {
  readonly #agent: https.Agent;
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#agent = new https.Agent({ keepAlive: true, ca: options.certificate });
  }

  /** An object or a list, as the server gives it. @throws ApiError */
  async get(path: string): Promise<unknown> {
    return JSON.parse(await this.#send("GET", path)) as unknown;
  }

  /** Text, of a health check or a log for instance. @throws ApiError */
  async text(path: string): Promise<string> {
    return this.#send("GET", path);
  }

  /**
   * Makes an object as given, or brings it to that (server-side apply).
   *
   * @param path of the object itself, or of its `/status`
   * @throws ApiError
   */
  async apply(path: string, object: object): Promise<void> {
    const query = "fieldManager=trinity-rehearsal&force=true";
    await this.#send("PATCH", `${path}?${query}`, "application/apply-patch+yaml", object);
  }

  /** Ends the connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, type?: string, body?: object): Promise<string> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const { server, token } = this.#options;
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(type === undefined ? {} : { "content-type": type }),
    };
    const request = https.request(new URL(path, server), { method, headers, agent: this.#agent });
    request.setTimeout(patience, () => {
      request.destroy(new Error(`${method} ${server}${path}: no answer within ${patience / 1000} s`));
    });
    return new Promise((resolve, reject) => {
      request.once("error", reject);
      request.once("response", (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("error", reject);
        answer.once("end", () => {
          const [status = 0, content] = [answer.statusCode, Buffer.concat(parts).toString()];
          if (status >= 200 && status < 300) resolve(content);
          else reject(new ApiError(status, `${method} ${server}${path}: ${status} ${content.slice(0, 500)}`));
        });
      });
      request.end(text);
    });
  }
}
