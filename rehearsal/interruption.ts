/** Thrown when the user ended the work: exit code 130, as shells have it for Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  /** @param cause how the work ended: the interruption itself, or what failed while it was finishing */
  constructor(cause: unknown) {
    const ending = cause instanceof Error && cause.name !== "AbortError" ? `\n\n${cause.message}` : "";
    super(`Interrupted. Run the same command again to go on from where this one ended.${ending}`, { cause });
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs work that Ctrl-C, SIGTERM, or the end of the terminal (SIGHUP) ends in order: the engine finishes what it has
 * begun in the clouds and writes its state. Further signals only say so, since a killed engine leaves a state that has
 * to be put right.
 *
 * @throws Interrupted when the work ended because of a signal
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    // Nobody reads any more, which must not end this process before its work.
    if (name === "SIGHUP") for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    process.stderr.write("\nInterrupted: finishing what has begun.\n");
    interruption.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(interruption.signal);
  } catch (error) {
    throw interruption.signal.aborted ? new Interrupted(error) : error;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
