import assert from "node:assert/strict";
import type { Outcome, WalkedJob } from "./stage";

/** How the jobs of a walk went, by their names. */
export function outcomes(jobs: readonly WalkedJob[]): Readonly<Record<string, Outcome>> {
  return Object.fromEntries(jobs.map(({ name, outcome }) => [name, outcome]));
}

/** What they printed, for whoever reads a failure. */
export function logs(jobs: readonly WalkedJob[]): string {
  return jobs
    .flatMap(({ name, steps }) => steps.map(({ what, outcome, log }) => `${name}: ${what}: ${outcome}\n${log}`))
    .join("\n");
}

/** @throws AssertionError with what the jobs printed, unless they went so */
export function expectOutcomes(jobs: readonly WalkedJob[], wanted: Readonly<Record<string, Outcome>>): void {
  assert.deepEqual(outcomes(jobs), wanted, logs(jobs));
}
