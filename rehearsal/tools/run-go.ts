import { loadExeca } from "./execa";
import type { Environment } from "./on-path";

/** How much of Go's own words an error shows. */
const SHOWN_LINES = 20;

export interface GoRun {
  /** The go command, absolute. */
  readonly go: string;
  readonly args: readonly string[];
  /** The module's folder. */
  readonly folder: string;
  /** Added to this process's own environment. */
  readonly environment: Environment;
  /** Called with each line of both outputs as it comes. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs Go to its end and returns the lines that it printed.
 * @throws Error with the end of what Go said when it fails; the signal's reason when that ends it
 */
export async function runGo({ go, args, folder, environment, onLine, signal }: GoRun): Promise<readonly string[]> {
  const { execa } = await loadExeca();
  const child = execa(go, args, {
    cwd: folder,
    env: environment,
    // On Ctrl-C, and when this process ends, Go ends too; on SIGINT it takes its compilers with it.
    cleanup: true,
    killSignal: "SIGINT",
    cancelSignal: signal,
    forceKillAfterDelay: 10_000,
    reject: false,
    stdin: "ignore",
    all: true,
    buffer: false,
  });
  const lines: string[] = [];
  for await (const line of child.iterable({ from: "all" })) {
    lines.push(line);
    onLine(line);
  }
  const { exitCode, shortMessage } = await child;
  signal?.throwIfAborted();
  if (exitCode === 0) return lines;
  const words = lines.filter((line) => /[ :]/.test(line) && !line.startsWith("go: downloading "));
  throw new Error([shortMessage ?? `${go} failed`, ...words.slice(-SHOWN_LINES)].join("\n"));
}
