import path from "node:path";
import { repositoryRoot } from "../paths";
import { loadExeca } from "../tools/execa";

/**
 * Runs a `trinity` command as somebody at a terminal, or CI, would.
 *
 * @returns what `--json` printed
 * @throws Error with the command's own words
 */
export type Trinity = (args: readonly string[]) => Promise<unknown>;

/**
 * @param folder the clone that they run in
 * @param environment what leads them to Git, registries and the API
 */
export function trinityIn(folder: string, environment: Readonly<Record<string, string>>, signal: AbortSignal): Trinity {
  return async (args) => {
    const { execa } = await loadExeca();
    const program = path.join(repositoryRoot, "delivery/index.ts");
    const loader = path.join(repositoryRoot, "node_modules/tsx/dist/loader.mjs");
    const result = await execa(process.execPath, ["--import", loader, program, ...args, "--json"], {
      cwd: folder,
      env: environment,
      reject: false,
      cancelSignal: signal,
      timeout: 300_000,
    });
    if (result.failed) {
      throw new Error(`trinity ${args.join(" ")} ended with ${result.exitCode ?? "a signal"}:\n${result.stderr}`);
    }
    return result.stdout === "" ? undefined : (JSON.parse(result.stdout) as unknown);
  };
}
