import { exitCodes, Interrupted } from "./failure";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs work that Ctrl-C, SIGTERM, or the end of the terminal (SIGHUP) ends: what it has begun is taken back (temporary folders, processes).
 *
 * @param kept what is sure to be as it was, for the user; nothing for work that may have merged or changed something
 * @throws Interrupted when the work ended because of a signal
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  kept = "",
): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    const told = ["Interrupted.", kept, "Run the same command again to go on."].filter((part) => part !== "");
    const exitCode = signal === "SIGHUP" ? exitCodes.hungUp : exitCodes.interrupted;
    interruption.abort(new Interrupted(told.join(" "), exitCode));
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(interruption.signal);
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
