import type { EngineHome } from "./home";
import { loadExeca } from "../tools/execa";

/** Thrown when the engine's command failed: its own words, without the command's noise. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

export interface RunOptions {
  /** @default the home's project */
  readonly cwd?: string;
  /** Settings file of the stack, see `prepareStack`. */
  readonly configFile?: string;
  /** Added to the engine's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the engine as Ctrl-C does: it finishes what it began, and writes its state. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one command of the engine and returns what it printed.
 *
 * @throws EngineError with the command and what it wrote to standard error
 */
export async function runPulumi(home: EngineHome, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { execa } = await loadExeca();
  const result = await execa(
    home.pulumi,
    [...args, "--non-interactive", "--color=never"],
    executionOptions(home, options),
  );
  if (result.failed) {
    throw new EngineError(
      `pulumi ${args.join(" ")}:\n${result.stderr || result.stdout || (result.shortMessage ?? "")}`,
    );
  }
  return result.stdout;
}

/** Options of every start of the engine. */
export function executionOptions(home: EngineHome, options: RunOptions) {
  return {
    cwd: options.cwd ?? home.project,
    env: {
      ...home.environment,
      ...options.environment,
      ...(options.configFile === undefined ? {} : { PULUMI_OPTION_CONFIG_FILE: options.configFile }),
    },
    reject: false,
    stdin: "ignore",
    cancelSignal: options.signal,
    forceKillAfterDelay: false,
    // A signal from the terminal reaches only this process, which then ends the engine in order.
    detached: true,
  } as const;
}
