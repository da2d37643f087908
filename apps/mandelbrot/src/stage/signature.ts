import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Cloud } from "../settings.js";

/** What one cloud's message to another says of itself, in headers. */
export interface Signed {
  /** Milliseconds since 1970 at the sender. */
  readonly time: number;
  /** Never used twice. */
  readonly nonce: string;
  readonly signature: string;
}

/** Milliseconds by which a message's time may differ from ours: clocks differ, and messages take their time. */
export const tolerance = 30_000;

/** How many messages are remembered: more than a cloud can answer in twice the tolerance. */
const remembered = 100_000;

/** Signs a request: for whom it is, its body, its time. */
export function signRequest(secret: string, to: Cloud, body: Uint8Array, time = Date.now()): Signed {
  const nonce = randomUUID();
  return { time, nonce, signature: hmac(secret, requestText(to, body, time, nonce)) };
}

/**
 * Signs the answer to a request, so that nobody but a cloud that has the secret can have given it, and none of another
 * request can be taken for it.
 */
export function signAnswer(secret: string, request: Signed, body: Uint8Array): string {
  return hmac(secret, ["mandelbrot-answer-1", request.nonce, sha256(body)].join("\n"));
}

/** Whether an answer's signature is that of the request's answer. */
export function answerIsSigned(secret: string, request: Signed, body: Uint8Array, signature: string): boolean {
  return same(signAnswer(secret, request, body), signature);
}

/** Why a request is refused; each is told apart in logs and metrics, none to the caller. */
export type Refusal = "signature" | "time" | "replay" | "flood";

/**
 * Checks requests, and remembers them as long as their time would let them in again.
 *
 * @param secrets each is accepted
 * @param own the cloud that requests must be for: one that was sent to another is not taken here
 */
export function createVerifier(secrets: readonly string[], own: Cloud) {
  const nonces = new Map<string, number>();
  const forget = (now: number) => {
    // In the order of their arrival, which is about that of their times.
    for (const [nonce, time] of nonces) {
      if (Math.abs(now - time) <= 2 * tolerance) {
        break;
      }
      nonces.delete(nonce);
    }
  };
  /** @returns the secret that signed it, or why it is refused */
  return (
    { time, nonce, signature }: Signed,
    body: Uint8Array,
    now = Date.now(),
  ): { readonly secret: string } | { readonly refusal: Refusal } => {
    const text = requestText(own, body, time, nonce);
    const secret = secrets.find((each) => same(hmac(each, text), signature));
    if (secret === undefined) {
      return { refusal: "signature" };
    }
    if (!(Math.abs(now - time) <= tolerance)) {
      return { refusal: "time" };
    }
    forget(now);
    if (nonces.has(nonce)) {
      return { refusal: "replay" };
    }
    if (nonces.size >= remembered) {
      return { refusal: "flood" };
    }
    nonces.set(nonce, now);
    return { secret };
  };
}

function requestText(to: Cloud, body: Uint8Array, time: number, nonce: string): string {
  return ["mandelbrot-request-1", to, time, nonce, sha256(body)].join("\n");
}

function sha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

function hmac(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** In a time that does not tell where they differ. */
function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
