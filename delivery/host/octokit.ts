import type { GitHubAddress } from "./address";

/** What a client is made with. */
export interface ClientOptions {
  readonly address: GitHubAddress;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** Longest wait that a rate limit is obeyed for, in seconds; GitHub's own advice begins with 60. */
const longestWait = 120;

/** A limiter that lets everything through. */
const unpaced = { key: () => ({ schedule: <Result>(_: unknown, job: () => Result) => Promise.resolve(job()) }) };

/**
 * Octokit with retries, rate limits and bounded waits. Loaded when it is needed: it is a good part of a command's start.
 */
export async function createClient({ address, token, signal, report }: ClientOptions) {
  const [{ Octokit }, { restEndpointMethods }, { paginateRest }, { retry }, { throttling }] = await Promise.all([
    import("@octokit/core"),
    import("@octokit/plugin-rest-endpoint-methods"),
    import("@octokit/plugin-paginate-rest"),
    import("@octokit/plugin-retry"),
    import("@octokit/plugin-throttling"),
  ]);
  const wait = (seconds: number, attempts: number) => {
    const worthwhile = seconds <= longestWait && attempts < 3;
    report(`GitHub's rate limit is reached${worthwhile ? `: waiting ${seconds} seconds` : ""}.`);
    return worthwhile;
  };
  // The plugin leaves a second or three between writes, as github.com asks. A server of one's own has no rate limits by
  // default (GitHub Enterprise Server, "Rate limits for the REST API").
  const pace: object = address.api === "https://api.github.com" ? {} : { write: unpaced, notifications: unpaced };
  const Client = Octokit.plugin(restEndpointMethods, paginateRest, retry, throttling);
  return new Client({
    auth: token,
    baseUrl: address.api,
    userAgent: "trinity",
    log: { debug: silent, info: silent, warn: silent, error: silent },
    // 405 and 409 answer a merge: whether to try again depends on why.
    retry: { doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 451] },
    throttle: {
      onRateLimit: (seconds, _options, _client, attempts) => wait(seconds, attempts),
      onSecondaryRateLimit: (seconds, _options, _client, attempts) => wait(seconds, attempts),
      ...pace,
    },
    request: {
      fetch: (url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) }),
    },
  });
}

export type Client = Awaited<ReturnType<typeof createClient>>;

function silent(): void {
  // Faults are thrown; nothing else is worth a line.
}
