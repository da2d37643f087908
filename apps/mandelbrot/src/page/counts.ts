import type { CountQuery } from "./grid.js";
import { pause } from "./pause.js";

/** Counts as a server gave them. */
export interface Counts {
  readonly values: Uint32Array;
  /** The cloud that painted, such as `aws`; `nobody` if the answer does not say. */
  readonly painter: string;
  /** From the question to the last byte. */
  readonly milliseconds: number;
}

/** The server would not or could not answer, after all tries. */
export class CountsError extends Error {
  override name = "CountsError";
}

/** Questions for the same counts, the first included. */
const tries = 5;

/** Milliseconds in which an answer must be there: the server gives up after 20 s by itself. */
const longestAnswer = 30_000;

/** Longest wait before another try, in milliseconds, whatever the server asks for. */
const longestWait = 10_000;

/**
 * Asks for counts, again if the server is busy or fails for a moment.
 *
 * @throws CountsError, or the signal's reason once it is aborted
 */
export async function fetchCounts(query: CountQuery, signal: AbortSignal): Promise<Counts> {
  const fields = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  fields.set("format", "counts");
  const url = `/api/render?${fields.toString()}`;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await ask(url, signal);
    if (!(outcome instanceof Refusal)) {
      return outcome;
    }
    if (!outcome.passing || attempt === tries) {
      throw new CountsError(outcome.message);
    }
    await pause(outcome.waitMilliseconds ?? 250 * 2 ** attempt * (1 + Math.random()), signal);
  }
}

/** Answers after which another try may do better. Not 504: what took the server too long once takes it too long again. */
const passing = new Set([429, 502, 503]);

class Refusal {
  constructor(
    readonly message: string,
    /** Whether another try may do better. */
    readonly passing: boolean,
    readonly waitMilliseconds?: number,
  ) {}
}

async function ask(url: string, signal: AbortSignal): Promise<Counts | Refusal> {
  const start = performance.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(longestAnswer)]) });
    if (!response.ok) {
      // Read to its end, so that the connection is free for the next question.
      await response.text();
      return new Refusal(`the server answered ${response.status}`, passing.has(response.status), retryAfter(response));
    }
    const values = new Uint32Array(await response.arrayBuffer());
    return {
      values,
      painter: painterIn(response.headers.get("x-painted-by")),
      milliseconds: performance.now() - start,
    };
  } catch (error) {
    signal.throwIfAborted();
    return new Refusal(
      `the server cannot be reached (${error instanceof Error ? error.message : String(error)})`,
      true,
    );
  }
}

/** The first cloud of a list such as `aws;tiles=3, gcp;tiles=2`: one tile is painted by one cloud. */
function painterIn(header: string | null): string {
  return /^[\w-]+/.exec(header ?? "")?.[0] ?? "nobody";
}

/** What `Retry-After` asks for, if it is in seconds, and a little more so that not all come back at once. */
function retryAfter(response: Response): number | undefined {
  const text = response.headers.get("retry-after") ?? "";
  return /^\d+$/.test(text) ? Math.min(longestWait, Number(text) * 1000 * (1 + Math.random() / 4)) : undefined;
}
