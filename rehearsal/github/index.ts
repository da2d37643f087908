import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Fault, Faults } from "./faults";
import { serveGit } from "./git-backend";
import { answerGraphQL } from "./graphql";
import { SimulatedRepository } from "./repository";
import type { Answer } from "./answer";
import { answer } from "./rest";

export { type Fault, rateLimit, secondaryRateLimit } from "./faults";
export type { Issue, PullRequest, RepositorySettings, SimulatedRepository } from "./repository";

/** What a simulated GitHub is made with. */
export interface GitHubOptions {
  /** The bare repositories are kept here: `<folder>/<owner>/<name>.git`. */
  readonly folder: string;
  /** The one token that may write. Reading Git is free for all, as for a public repository. */
  readonly token: string;
  /**
   * Who the token is. One that ends in `[bot]` is an app, as the token of a job is, and cannot ask who it is.
   * @default github-actions[bot]
   */
  readonly login?: string;
  /** Branches that only pull requests change, once {@link SimulatedRepository.protect} was called. @default main */
  readonly protectedBranches?: readonly string[];
}

/** A simulated GitHub. */
export interface GitHub {
  /**
   * Serves Git at `/<owner>/<name>.git`, the REST interface at `/api/v3` and GraphQL at `/api/graphql`, as GitHub
   * Enterprise Server does; at the root and at `/graphql` on a host whose name begins with `api.`, as github.com does.
   */
  readonly listener: http.RequestListener;
  /** Makes a repository, or takes the one that is in the folder. */
  repository(owner: string, name: string): Promise<SimulatedRepository>;
  /** Lets something go wrong. */
  fail(fault: Fault): void;
  /** Methods and paths of all requests so far. */
  readonly requests: readonly string[];
}

/** A simulated GitHub on loopback. */
export interface RunningGitHub extends GitHub {
  /** `http://127.0.0.1:<port>`, for GITHUB_SERVER_URL. */
  readonly server: string;
  /** Address of the REST interface, for GITHUB_API_URL. */
  readonly api: string;
  stop(): Promise<void>;
}

/**
 * Plays GitHub, as much of it as releases and workflows need: Git over HTTP by git itself, pull requests, squash merges made
 * by git, auto-merge, protected branches; issues, comments, labels. What it does not know is 404.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const repositories = new Map<string, SimulatedRepository>();
  const faults = new Faults();
  const requests: string[] = [];
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const server = `http://${request.headers.host ?? "localhost"}`;
    const url = new URL(request.url ?? "/", server);
    const method = request.method ?? "GET";
    requests.push(`${method} ${url.pathname}${url.search}`);
    const effect = faults.next(method, url.pathname + url.search);
    if (effect?.kind === "drop" && effect.when === "before") {
      response.destroy();
      return;
    }
    if (effect?.kind === "status") {
      send(response, { status: effect.status, body: { message: effect.message ?? "Fault" }, headers: effect.headers });
      return;
    }
    const answered = effect === undefined;
    const login = loginOf(request.headers.authorization);
    const path = url.hostname.startsWith("api.") ? `/api/v3${url.pathname}` : url.pathname;
    if (!path.startsWith("/api/")) {
      const writes =
        url.pathname.endsWith("/git-receive-pack") || url.searchParams.get("service") === "git-receive-pack";
      if (login === undefined ? writes : login !== options.token) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
        return;
      }
      serveGit(options.folder, request, response, login === undefined ? undefined : "x-access-token", answered);
      return;
    }
    const result =
      login === options.token
        ? await api(repositories, path, url, method, request, server, options.login ?? "github-actions[bot]")
        : { status: 401, body: { message: login === undefined ? "Requires authentication" : "Bad credentials" } };
    if (answered) send(response, result);
    else response.destroy();
  };
  return {
    requests,
    fail: (fault) => {
      faults.add(fault);
    },
    repository: async (owner, name) => {
      const full = `${owner}/${name}`;
      const made =
        repositories.get(full) ??
        (await SimulatedRepository.create(options.folder, owner, name, options.protectedBranches ?? ["main"]));
      repositories.set(full, made);
      return made;
    },
    listener: (request, response) => {
      handle(request, response).catch((error: unknown) => {
        send(response, { status: 500, body: { message: String(error) } });
      });
    },
  };
}

/** Starts one on a free port of loopback. */
export async function startGitHub(options: GitHubOptions & { readonly signal?: AbortSignal }): Promise<RunningGitHub> {
  const gitHub = createGitHub(options);
  const server = http.createServer(gitHub.listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  options.signal?.addEventListener("abort", () => void stop(), { once: true });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { ...gitHub, server: address, api: `${address}/api/v3`, stop };
}

async function api(
  repositories: ReadonlyMap<string, SimulatedRepository>,
  path: string,
  url: URL,
  method: string,
  request: http.IncomingMessage,
  server: string,
  login: string,
): Promise<Answer> {
  const body = method === "GET" || method === "DELETE" ? {} : ((await json(request)) as Record<string, unknown>);
  if (path === "/api/graphql" || path === "/api/v3/graphql") return answerGraphQL(repositories.values(), body);
  if (path === "/api/v3/user") return describeUser(login);
  const match = /^\/api\/v3\/repos\/([^/]+\/[^/]+)(.*)$/.exec(path);
  const repository = repositories.get(match?.[1] ?? "");
  if (repository === undefined) return { status: 404, body: { message: "Not Found" } };
  const api = url.hostname.startsWith("api.") ? server : `${server}/api/v3`;
  return answer(repository, { method, rest: match?.[2] ?? "", query: url.searchParams, body, api, server, login });
}

/** https://docs.github.com/en/rest/users/users#get-the-authenticated-user */
function describeUser(login: string): Answer {
  return login.endsWith("[bot]")
    ? { status: 403, body: { message: "Resource not accessible by integration" } }
    : { status: 200, body: { login, type: "User" } };
}

/** The token of a login: `token <token>` or `Bearer <token>`, or for git the password of `Basic`. */
function loginOf(authorization: string | undefined): string | undefined {
  const [scheme = "", value = ""] = authorization?.split(" ") ?? [];
  if (scheme === "") return undefined;
  if (scheme.toLowerCase() !== "basic") return value;
  const login = Buffer.from(value, "base64").toString("utf8");
  return login.slice(login.indexOf(":") + 1);
}

function send(response: http.ServerResponse, { status, body, headers }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
