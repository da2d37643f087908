import * as fs from "node:fs";

/** What later steps get. */
export interface Handover {
  readonly variables: Readonly<Record<string, string>>;
  /** Names of those that no log may show. */
  readonly secret?: readonly string[];
}

/**
 * Hands variables to the job's later steps. GitHub's runner is told first what no log may show.
 *
 * Source: docs.github.com/actions/reference/workflows-and-actions/workflow-commands, "Setting an environment variable",
 * "Masking a value in a log"
 *
 * @param file the one that GITHUB_ENV names
 */
export function handOver(file: string, { variables, secret = [] }: Handover, environment: NodeJS.ProcessEnv): void {
  // Elsewhere nobody takes the line out of the log that asks for it.
  const masks = environment.GITHUB_ACTIONS === "true" ? secret : [];
  for (const name of masks) process.stdout.write(`::add-mask::${String(variables[name])}\n`);
  const lines = Object.entries(variables).map(([name, value]) => {
    if (/[\r\n]/.test(value))
      throw new Error(`The value of ${name} has a line break, which would begin another variable.`);
    return `${name}=${value}\n`;
  });
  fs.appendFileSync(file, lines.join(""));
}
