import { RefusedError } from "../../delivery/failure";
import { pause } from "../../delivery/pause";
import type { EngineResult } from "../engine/run";

/** How long another update of the same stack is waited for. */
export interface Patience {
  readonly seconds: number;
  /** Between two attempts. */
  readonly every: number;
}

export const usualPatience: Patience = { seconds: 30 * 60, every: 15 };

/**
 * What a backend says of a stack that another update holds: buckets and folders (pulumi/pulumi pkg/backend/diy/lock.go), the
 * hosted service (sdk/go/auto/errors.go).
 */
const locked = /the stack is currently locked by|Another update is currently in progress/;

/**
 * Runs an operation as soon as no other one holds the stack. A lock is never broken: whether its holder lives cannot be told
 * from here.
 *
 * @throws RefusedError that says who holds the stack, and how to go on
 */
export async function whenUnlocked(
  stack: string,
  operation: () => Promise<EngineResult>,
  {
    signal,
    report,
    patience = usualPatience,
  }: { readonly signal: AbortSignal; readonly report: (line: string) => void; readonly patience?: Patience },
): Promise<EngineResult> {
  const end = Date.now() + patience.seconds * 1000;
  for (;;) {
    const result = await operation();
    const holder = result.errors.find((error) => locked.test(error));
    if (holder === undefined) return result;
    if (Date.now() >= end) {
      throw new RefusedError(
        `Another update holds ${stack}, and did for ${Math.round(patience.seconds / 60)} minutes:\n${holder}\nWait for it, ` +
          "and run this again. Only if its process or job has ended, and left its lock behind: " +
          `\`pulumi cancel --stack ${stack}\`, then run this again; what it had begun is put in order first.`,
      );
    }
    report(`${stack} is held by another update; trying again in ${patience.every} seconds.`);
    await pause(patience.every * 1000, signal);
  }
}
