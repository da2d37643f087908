import { loadExeca } from "./execa";
import type { Installed } from "./types";

/** How long a tool may take to say its version; a program of that name that waits for something else is passed over. */
const TIMEOUT_MS = 5_000;

/** Runs a tool to learn its version. The result says why there is none. */
export async function queryVersion(
  executable: string,
  installed: Extract<Installed, { kind: "version" }>,
): Promise<{ version: string } | { reason: string }> {
  const { execa } = await loadExeca();
  const { stdout, stderr, timedOut, exitCode, shortMessage } = await execa(executable, installed.args, {
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    reject: false,
    stdin: "ignore",
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    maxBuffer: 1_000_000,
  });
  if (timedOut) return { reason: `${executable} did not tell its version within ${TIMEOUT_MS / 1000} s` };
  if (exitCode !== 0) return { reason: `${executable} did not tell its version: ${shortMessage ?? "it failed"}` };
  const version = installed.pattern.exec(`${stdout}\n${stderr}`)?.[1];
  return version === undefined
    ? { reason: `${executable} printed no version that is known as one` }
    : { version: version.replace(/^v/, "") };
}
