import * as fs from "node:fs";
import path from "node:path";
import { environment } from "../run/stacks";
import type { Running } from "./prepare";
import { app } from "./releases";

/**
 * Writes what a shell needs for working with a run by hand: a file to be sourced, readable for this user only, since the
 * simulated GitHub's token is in it.
 *
 * @returns lines that say how
 */
export function describeByHand({ home, services, gitHub, fleet, copy }: Running, toolsBin: string): string {
  const file = path.join(home.paths.config, "by-hand.sh");
  const variables = { ...services.environment, ...gitHub.environment };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  fs.writeFileSync(file, `${lines.join("")}export PATH=${quoted(toolsBin)}:"$PATH"\ncd ${quoted(copy.folder)}\n`, {
    mode: 0o600,
  });
  return [
    "To work with it by hand, in another terminal:",
    `  . ${file}`,
    `  npm run trinity -- rollout status --app ${app} --env ${environment} --kubeconfigs ${fleet.kubeconfigs}`,
    "",
  ].join("\n");
}

/** A word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
