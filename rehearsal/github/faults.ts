/** Something that goes wrong instead of an answer. */
export interface Fault {
  /** Method and path, for instance `/^POST .*\/pulls$/`. */
  readonly request: RegExp;
  /** How many requests it meets. @default 1 */
  readonly times?: number;
  /** How many matching requests are answered rightly before it begins. @default 0 */
  readonly skip?: number;
  readonly effect:
    | {
        readonly kind: "status";
        readonly status: number;
        readonly message?: string;
        readonly headers?: Record<string, string>;
      }
    /** The connection ends: before the request has had any effect, or when it has, but before the answer. */
    | { readonly kind: "drop"; readonly when: "before" | "after" };
}

/**
 * A refusal for asking too much at once
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
 */
export function secondaryRateLimit(seconds: number): Fault["effect"] {
  return {
    kind: "status",
    status: 403,
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    headers: { "retry-after": String(seconds) },
  };
}

/** A refusal for asking too much in an hour; same source. @param seconds until it is over */
export function rateLimit(seconds: number): Fault["effect"] {
  return {
    kind: "status",
    status: 403,
    message: "API rate limit exceeded for installation ID 1.",
    headers: {
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + seconds),
    },
  };
}

/** The faults that are still to come. */
export class Faults {
  private readonly coming: { readonly fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.coming.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  /** The fault that meets a request; undefined when all is well. */
  next(method: string, path: string): Fault["effect"] | undefined {
    for (const entry of this.coming) {
      if (entry.left === 0 || !entry.fault.request.test(`${method} ${path}`)) continue;
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      entry.left--;
      return entry.fault.effect;
    }
    return undefined;
  }
}
