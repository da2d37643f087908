import { InputError } from "../infra/input-error";

/** A rule of the delivery stands against what was asked for: an older build, a protected branch, a lost race. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** The user ended the command, or their terminal went away. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** What `trinity` ends with; told by `--help`. */
export const exitCodes = { done: 0, fault: 1, input: 2, refused: 3, hungUp: 129, interrupted: 130 } as const;

/** What they mean. */
const meanings: Readonly<Record<number, string>> = {
  [exitCodes.done]: "done, or nothing to do",
  [exitCodes.fault]: "a fault",
  [exitCodes.input]: "wrong usage or input",
  [exitCodes.refused]: "refused by a rule (an older build, a protected branch, a newer release at the same time)",
  [exitCodes.hungUp]: "ended since the terminal went away",
  [exitCodes.interrupted]: "ended by Ctrl-C",
};

/** Tells the exit codes, for the end of a command's help. @param own what some mean to this command */
export function describeExitCodes(own: Readonly<Record<number, string>> = {}): string {
  const lines = Object.entries({ ...meanings, ...own }).map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`);
  return ["", "Exit codes:", ...lines].join("\n");
}

/** The exit code of a command that ended with `error`. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof RefusedError) return exitCodes.refused;
  if (error instanceof InputError) return exitCodes.input;
  return exitCodes.fault;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
