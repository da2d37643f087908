import * as fs from "node:fs";

/**
 * Hands a matrix to the jobs that follow: in the file that GITHUB_OUTPUT names, as `matrix`, and as `any` whether there is
 * anything in it, since a job with an empty matrix is an error
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter).
 * Prints it, too: as JSON, or a line for each.
 */
export function handOver<Job extends object>(
  include: readonly Job[],
  { json, name }: { readonly json?: true; readonly name: (job: Job) => string },
): void {
  const matrix = JSON.stringify({ include });
  const { GITHUB_OUTPUT: outputs = "" } = process.env;
  // One line each: JSON has no line breaks, so nothing of it can begin another output.
  if (outputs !== "") fs.appendFileSync(outputs, `matrix=${matrix}\nany=${include.length > 0}\n`);
  process.stdout.write(json ? `${matrix}\n` : include.map((job) => `${name(job)}\n`).join(""));
}
