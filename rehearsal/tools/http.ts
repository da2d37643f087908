import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/**
 * Time for the first answer of a site, in milliseconds: name, connection, TLS and redirects. Short, because a machine
 * that reaches no site should soon go on to the next way.
 */
const ANSWER_MS = 4_000;
/** Time without a byte before a transfer counts as broken, in milliseconds. */
const IDLE_MS = 30_000;

export interface Transfer {
  readonly signal?: AbortSignal;
  /** Time for the first answer, in milliseconds. @default 4000 */
  readonly answerMs?: number;
  /** Bytes so far, and of all where the site says so. */
  readonly onBytes?: (done: number, total: number | undefined) => void;
}

/** Fetches a small text. @throws Error naming the address and what happened */
export async function fetchText(url: string, transfer: Transfer = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of receive(url, transfer)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** Fetches a file and returns its SHA-256, hexadecimal. @throws Error naming the address and what happened */
export async function fetchFile(url: string, file: string, transfer: Transfer = {}): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(
    receive(url, transfer),
    async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file, { flags: "wx" }),
    { signal: transfer.signal },
  );
  return hash.digest("hex");
}

async function* receive(url: string, transfer: Transfer): AsyncGenerator<Uint8Array> {
  const { signal, answerMs = ANSWER_MS, onBytes } = transfer;
  const watchdog = new AbortController();
  const within = (milliseconds: number, what: string) =>
    setTimeout(() => {
      watchdog.abort(new Error(`${what} for ${milliseconds / 1000} s`));
    }, milliseconds);
  let timer = within(answerMs, "no answer");
  try {
    requireTls(url);
    const abort = signal === undefined ? watchdog.signal : AbortSignal.any([signal, watchdog.signal]);
    const response = await fetch(url, { signal: abort, redirect: "follow" });
    requireTls(response.url, url);
    if (!response.ok || response.body === null)
      throw new Error(`it answered ${response.status} ${response.statusText}`);
    const total = Number(response.headers.get("content-length") ?? Number.NaN);
    let done = 0;
    clearTimeout(timer);
    timer = within(IDLE_MS, "nothing came");
    for await (const chunk of response.body) {
      timer.refresh();
      done += chunk.length;
      onBytes?.(done, Number.isFinite(total) ? total : undefined);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`${url}: ${describe(watchdog.signal.aborted ? watchdog.signal.reason : error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Only TLS, also after redirects; plain HTTP is for loopback alone, where tests keep their site. */
function requireTls(url: string, from = url): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || (protocol === "http:" && hostname === "127.0.0.1")) return;
  throw new Error(from === url ? "it is not an https address" : `it led to ${url}, which is not an https address`);
}

/** fetch says "fetch failed" or "terminated"; what happened is in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
