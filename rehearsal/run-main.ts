import { Interrupted } from "./interruption";

/**
 * Runs a command's main function: its result is the exit code (nothing is 0), and an error is its message on standard
 * error and exit code 1, without a stack trace, since messages here are written for whoever typed the command.
 */
export function runMain(main: () => Promise<number | undefined>): void {
  main().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error: unknown) => {
      process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = error instanceof Interrupted ? 130 : 1;
    },
  );
}
