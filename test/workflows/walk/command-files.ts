import * as fs from "node:fs";
import path from "node:path";

/** The files by which a step tells the runner things. */
export const commandFiles = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"] as const;

/** Lays out empty ones. @returns their places, for the step's environment */
export function layOut(folder: string): Record<(typeof commandFiles)[number], string> {
  fs.mkdirSync(folder, { recursive: true });
  const places = commandFiles.map((name) => [name, path.join(folder, name.toLowerCase())] as const);
  for (const [, file] of places) fs.writeFileSync(file, "");
  return Object.fromEntries(places) as Record<(typeof commandFiles)[number], string>;
}

/**
 * Reads `NAME=value` lines and `NAME<<DELIMITER` blocks.
 * Source: docs.github.com, "Workflow commands for GitHub Actions", environment files
 *
 * @throws Error for a line that is neither
 */
export function readPairs(file: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = fs.readFileSync(file, "utf8").split("\n");
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === "") continue;
    const block = /^([^=<]+)<<(.+)$/.exec(line);
    const pair = /^([^=]+)=(.*)$/.exec(line);
    if (block !== null) {
      const [, name = "", delimiter = ""] = block;
      const end = lines.indexOf(delimiter);
      if (end < 0) throw new Error(`${file}: the block of ${name} does not end.`);
      pairs[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join("\n");
    } else if (pair === null) throw new Error(`${file}: "${line}" is no variable.`);
    else pairs[pair[1] ?? ""] = pair[2] ?? "";
  }
  return pairs;
}

/** What GITHUB_ENV may not set: it does not reach later steps, or ends the step. Source: as above */
export function checkNames(variables: Readonly<Record<string, string>>): void {
  const forbidden = Object.keys(variables).filter((name) => /^(GITHUB_|RUNNER_)|^(CI|NODE_OPTIONS)$/.test(name));
  if (forbidden.length > 0) throw new Error(`GitHub does not let GITHUB_ENV set ${forbidden.join(", ")}.`);
}
