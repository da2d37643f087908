import { spawn } from "node:child_process";

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads from standard input. @default nothing */
  readonly input?: string | Buffer;
  /** It is ended when this is aborted. */
  readonly signal: AbortSignal;
  /** Longest time that it may take. @default 60 */
  readonly seconds?: number;
}

/** How a command ended. */
export interface RunResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Runs a command to its end, whatever its exit code.
 *
 * @throws Error when it cannot be started or takes too long; the signal's reason when that is aborted. Nothing that it
 * started is left then.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  options.signal.throwIfAborted();
  const seconds = options.seconds ?? 60;
  const patience = AbortSignal.timeout(seconds * 1000);
  const end = AbortSignal.any([options.signal, patience]);
  // A group of its own: Ctrl-C at the terminal reaches this process only, which then ends the whole group (git, and the
  // transport and index programs that git starts).
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
    }
  };
  end.addEventListener("abort", kill);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => stdout.push(part));
  child.stderr.on("data", (part: Buffer) => stderr.push(part));
  // One that ends before it has read everything says so by its exit code.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit) => {
        resolve(exit ?? 1);
      });
    });
    options.signal.throwIfAborted();
    if (patience.aborted) {
      throw new Error(`\`${[command, ...args.slice(0, 2)].join(" ")}\` took longer than ${seconds} seconds.`);
    }
    return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new Error(`${command} cannot be started: there is no such program on PATH.`, { cause: error });
    }
    throw error;
  } finally {
    end.removeEventListener("abort", kill);
  }
}
