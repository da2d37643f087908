import { Problem } from "./problem.js";

/** Seconds after which a refused client may try again: the queue is a second or two long. */
const retryAfter = 1;

/**
 * How much may be asked for at once. Pixels are counted, not requests: what is asked for takes memory by the pixel,
 * from when it is let in until its answer has been sent.
 */
export class Admission {
  readonly #limit: number;
  #pending = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get pendingPixels(): number {
    return this.#pending;
  }

  /**
   * Lets a request in.
   *
   * @returns to be called when it is answered or given up
   * @throws Problem (503) when there is too much to do; a request that comes alone is always let in
   */
  enter(pixels: number): () => void {
    if (this.#pending > 0 && this.#pending + pixels > this.#limit) {
      throw new Problem(503, `${this.#pending} pixels are being painted; the limit is ${this.#limit}`, { retryAfter });
    }
    this.#pending += pixels;
    let inside = true;
    return () => {
      this.#pending -= inside ? pixels : 0;
      inside = false;
    };
  }
}
