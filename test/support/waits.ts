import timers from "node:timers/promises";
import { mock } from "node:test";

/**
 * Makes every wait of this process's own code (`node:timers/promises`) a fiftieth as long, for a file whose tests play what
 * is waited for: it is there at once, so nothing is learnt by waiting. Limits in seconds stay what they are.
 */
export function shortenWaits(): void {
  const wait = timers.setTimeout;
  mock.method(timers, "setTimeout", (milliseconds?: number, ...rest: never[]) =>
    wait((milliseconds ?? 0) / 50, ...rest),
  );
}
