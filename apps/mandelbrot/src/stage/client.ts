import type { Cloud } from "../settings.js";
import { DeclinedError, PeerError } from "./errors.js";
import { identity, type Identity } from "./meta.js";
import { countsFromBytes, stageHeaders, stagePath, type StageRequest } from "./protocol.js";
import { answerIsSigned, signRequest } from "./signature.js";

/** Whom to ask, and how. */
export interface Target {
  readonly cloud: Cloud;
  readonly url: URL;
  readonly secret: string;
  readonly timeoutMilliseconds: number;
}

/**
 * Answers by which a cloud that works declines: to a request that it holds to be wrong, when it has too much to do, and
 * when its time for a tile was over. None of them says that the next tile would fail.
 */
const declining = new Set([400, 503, 504]);

/** Milliseconds that a message may take there and back, besides the time that the tile is given there. */
const wayThereAndBack = 500;

/** Bytes that `/api/meta` may have. */
const metaLimit = 1 << 16;

/**
 * Counts of a tile, as another cloud has them.
 *
 * @param request `milliseconds` is what the other cloud is given; half a second more is waited
 * @throws DeclinedError, PeerError, or the signal's reason
 */
export async function askForTile(
  { cloud, url, secret }: Target,
  request: StageRequest,
  signal: AbortSignal,
): Promise<Uint32Array<ArrayBuffer>> {
  const body = Buffer.from(JSON.stringify(request));
  const signed = signRequest(secret, cloud, body);
  const headers = {
    "content-type": "application/json",
    [stageHeaders.time]: String(signed.time),
    [stageHeaders.nonce]: signed.nonce,
    [stageHeaders.signature]: signed.signature,
  };
  const bytes = request.tile.width * request.tile.height * 4;
  const answer = await ask(
    new URL(stagePath, url),
    { method: "POST", headers, body },
    bytes,
    request.milliseconds + wayThereAndBack,
    signal,
  );
  if (!answerIsSigned(secret, signed, answer.body, answer.headers.get(stageHeaders.signature) ?? "")) {
    throw new PeerError("its answer is not signed with our secret");
  }
  const counts = countsFromBytes(answer.body, request);
  if (counts === undefined) {
    throw new PeerError(`its answer of ${answer.body.byteLength} bytes holds no counts of the tile`);
  }
  return counts;
}

/** What another cloud says of itself. @throws DeclinedError, PeerError, or the signal's reason */
export async function askForMeta({ cloud, url, timeoutMilliseconds }: Target, signal: AbortSignal): Promise<Identity> {
  const { body } = await ask(new URL("/api/meta", url), {}, metaLimit, timeoutMilliseconds, signal);
  const { data } = identity.safeParse(parse(body));
  if (data === undefined) {
    throw new PeerError("it does not say who it is");
  }
  if (data.cloud !== cloud) {
    throw new PeerError(`it is ${data.cloud}: the stage URLs name the wrong address`);
  }
  return data;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

interface Answer {
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

async function ask(
  url: URL,
  init: RequestInit,
  largest: number,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Answer> {
  const limit = AbortSignal.timeout(milliseconds);
  try {
    const answer = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.any([signal, limit]) });
    if (declining.has(answer.status)) {
      await answer.body?.cancel();
      throw new DeclinedError(`it answered ${answer.status}`);
    }
    if (answer.status !== 200) {
      await answer.body?.cancel();
      throw new PeerError(`it answered ${answer.status}`);
    }
    return { headers: answer.headers, body: await readUpTo(answer, largest) };
  } catch (error) {
    if (error instanceof DeclinedError || error instanceof PeerError) {
      throw error;
    }
    signal.throwIfAborted();
    if (limit.aborted) {
      throw new PeerError(`it did not answer in ${Math.round(milliseconds)} ms`);
    }
    throw new PeerError(`it cannot be reached: ${reasonOf(error)}`);
  }
}

/** The body, which is left at its first byte too many: an answer may unpack to anything. */
async function readUpTo(answer: Response, largest: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(largest);
  let size = 0;
  for await (const part of answer.body ?? []) {
    if (size + part.byteLength > largest) {
      throw new PeerError(`its answer has more than ${largest} bytes`);
    }
    body.set(part, size);
    size += part.byteLength;
  }
  return body.subarray(0, size);
}

/** Only a code: whatever else an error says may hold what is not for everybody who looks at the panel. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "no whole answer";
}
