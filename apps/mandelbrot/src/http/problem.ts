import type { FastifyReply } from "fastify";

/** A field of a request that is wrong. */
export interface FieldFault {
  readonly field: string;
  /** What was given, cut to 80 characters. */
  readonly value: string;
  /** What it must be. */
  readonly rule: string;
}

/** Why a request is not answered, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly errors: readonly FieldFault[];
  /** Seconds after which another try may do better. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    detail: string,
    more: { readonly errors?: readonly FieldFault[]; readonly retryAfter?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter;
  }

  /** A request whose fields are wrong. */
  static fields(errors: readonly FieldFault[]): Problem {
    const detail = errors.map(({ field, value, rule }) => `${field} is ${JSON.stringify(value)}: it must be ${rule}`);
    return new Problem(400, detail.join("; "), { errors });
  }
}

const titles: Readonly<Record<number, string>> = {
  400: "The request cannot be understood",
  401: "The caller is not known",
  404: "No such page",
  405: "The method is not allowed",
  406: "No such representation",
  413: "The request is too large",
  415: "The media type is not supported",
  431: "The request's headers are too large",
  500: "Internal error",
  503: "Too much to do",
  504: "It took too long",
};

/** The body of a problem; `type` is left at its default, since the status says it all. */
export function problemBody(status: number, detail: string, errors: readonly FieldFault[] = []): string {
  const title = titles[status] ?? "The request failed";
  return JSON.stringify({
    type: "about:blank",
    title,
    status,
    ...(detail === "" ? {} : { detail }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== undefined) {
    void reply.header("retry-after", String(problem.retryAfter));
  }
  return reply
    .code(problem.status)
    .header("content-type", "application/problem+json")
    .header("cache-control", "no-store")
    .send(problemBody(problem.status, problem.message, problem.errors));
}
