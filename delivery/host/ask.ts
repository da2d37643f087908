import { RefusedError } from "../failure";

/** An error of GitHub's, with what was tried; keeps the status. */
class GitHubError extends Error {
  override readonly name = "GitHubError";
  constructor(
    message: string,
    readonly status: number,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** Makes one request, of which `what` says what it is for: `list the pull requests`. */
export type Ask = <Result>(what: string, request: () => Promise<Result>) => Promise<Result>;

/**
 * Requests that fail with what was tried, where, and what to do.
 *
 * @param rights what the token must be allowed to do: `write contents and pull requests`
 */
export function asker(options: {
  readonly repository: string;
  readonly rights: string;
  readonly signal: AbortSignal;
}): Ask {
  const { signal } = options;
  const interruption = aborted(signal);
  return async (what, request) => {
    signal.throwIfAborted();
    try {
      return await Promise.race([request(), interruption]);
    } catch (error) {
      signal.throwIfAborted();
      throw explain(what, options, error);
    }
  };
}

function explain(
  what: string,
  { repository, rights }: { readonly repository: string; readonly rights: string },
  error: unknown,
): Error {
  if (error instanceof RefusedError || error instanceof GitHubError) return error;
  const status = statusOf(error);
  const said = error instanceof Error ? error.message : String(error);
  const advice = {
    401: "The token is wrong or has expired: set GH_TOKEN or GITHUB_TOKEN to another.",
    403: `The token may not do that: it must be allowed to ${rights} of this repository.`,
    404: "There is no such repository, or the token may not see it.",
  }[status];
  const message = `GitHub did not ${what} of ${repository} (${status || "no answer"}): ${said}${advice ? `\n${advice}` : ""}`;
  return [405, 409].includes(status) ? new RefusedError(message) : new GitHubError(message, status, error);
}

/** GitHub's status of an error; 0 for any other error. */
export function statusOf(error: unknown): number {
  const status = (error as { readonly status?: unknown } | null)?.status;
  return typeof status === "number" ? status : 0;
}

/** For `catch`: an answer that is no fault here. */
export function ignore(...ignored: readonly number[]) {
  return (error: unknown): void => {
    if (!ignored.includes(statusOf(error))) throw error;
  };
}

/** Fails once the signal is aborted: retries wait in between, and would let an interrupted command wait with them. */
function aborted(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  promise.catch(() => undefined);
  return promise;
}
