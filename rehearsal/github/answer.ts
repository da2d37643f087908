import type { SimulatedRepository } from "./repository";

/** An answer of the REST interface. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request to a repository, `/repos/<owner>/<name><rest>`. */
export interface Call {
  readonly method: string;
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Address of the interface, for links in answers. */
  readonly api: string;
  /** Address of the server. */
  readonly server: string;
  /** Whose token asks. */
  readonly login: string;
}

export type Handler = (repository: SimulatedRepository, call: Call, part: string) => Answer | Promise<Answer>;

/** Method, path below the repository, and what answers. */
export type Route = readonly [string, RegExp, Handler];

export const notFound: Answer = { status: 404, body: { message: "Not Found" } };

export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export function invalid(...errors: readonly object[]): Answer {
  return { status: 422, body: { message: "Validation Failed", errors } };
}

/** One page of a list. @param path of the list, below the repository */
export function paged<Item>(
  repository: SimulatedRepository,
  { query, api }: Call,
  path: string,
  all: readonly Item[],
  describe: (item: Item) => unknown,
): Answer {
  const size = Number(query.get("per_page") ?? 30);
  const page = Number(query.get("page") ?? 1);
  const next = new URLSearchParams(query);
  next.set("page", String(page + 1));
  const link = `<${api}/repos/${repository.fullName}/${path}?${next.toString()}>; rel="next"`;
  return {
    status: 200,
    body: all.slice((page - 1) * size, page * size).map(describe),
    ...(page * size < all.length ? { headers: { link } } : {}),
  };
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
