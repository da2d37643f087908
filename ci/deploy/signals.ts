import { exitCodes, Interrupted } from "../../delivery/failure";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs work on a stack that a signal ends in order. The first one is passed on once, and the engine finishes what it has
 * begun. GitHub sends SIGINT to a job that is cancelled, SIGTERM 7.5 seconds later, and kills it 2.5 seconds after that
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation): so the second one makes it hurry.
 *
 * @throws Interrupted when the work ended because of a signal, with what it said last
 */
export async function endedInOrder<Result>(
  work: (ends: { readonly signal: AbortSignal; readonly hurry: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  const [end, hurry] = [new AbortController(), new AbortController()];
  const tell = (signal: NodeJS.Signals) => {
    if (end.signal.aborted) {
      process.stderr.write("Ending at once; what has begun is noted in the state.\n");
      hurry.abort();
      return;
    }
    process.stderr.write("Interrupted: finishing what has begun.\n");
    end.abort(
      new Interrupted(
        "Interrupted. Run the same command again: it puts in order what had begun, and goes on.",
        signal === "SIGHUP" ? exitCodes.hungUp : exitCodes.interrupted,
      ),
    );
  };
  for (const signal of signals) process.on(signal, tell);
  try {
    const result = await work({ signal: end.signal, hurry: hurry.signal });
    end.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw end.signal.aborted ? end.signal.reason : error;
  } finally {
    for (const signal of signals) process.off(signal, tell);
  }
}
