import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { repositoryRoot } from "../paths";

const run = promisify(execFile);

/**
 * Runs this machine's npm: the one that runs the script, where one does, else the one on PATH.
 *
 * @returns its standard output
 * @throws Error with its own words
 */
export async function runNpm(argumentList: readonly string[]): Promise<string> {
  const script = process.env.npm_execpath;
  const [command, first] =
    script !== undefined && /npm-cli\.c?js$/.test(script) ? [process.execPath, [script]] : ["npm", []];
  try {
    // Here, so that the repository's own .npmrc counts, with its cache.
    const options = { cwd: repositoryRoot, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
    const { stdout } = await run(command, [...first, ...argumentList], options);
    return stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    const advice =
      code === "ENOENT"
        ? "npm is not on PATH: install Node.js with npm."
        : "If the npm registry was not reached, look at the network and at `npm config get registry`.";
    throw new Error(`\`npm ${argumentList.join(" ")}\` failed: ${stderr.trim() || message}\n${advice}`, {
      cause: error,
    });
  }
}
