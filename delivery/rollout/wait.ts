import { pause } from "../pause";

/** How long something is waited for. */
export interface Patience {
  /** Longest time, in seconds. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Time between two looks, in milliseconds. @default 1000 */
  readonly every?: number;
}

/**
 * Looks once and again until there is something.
 *
 * @param look gives what is waited for, or why it is not there yet
 * @param tooLate makes the error for when it does not come in time, from the last reason
 */
export async function until<Found extends object>(
  { seconds, signal, every = 1000 }: Patience,
  look: () => Promise<Found | string>,
  tooLate: (why: string) => Error,
): Promise<Found> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (typeof found !== "string") return found;
    if (Date.now() + every > deadline) throw tooLate(found);
    await pause(every, signal);
  }
}
