import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../../rehearsal/paths";
import { temporaryFolder } from "../support/simulation";
import { readWorkflow } from "./read";

/** In the place of `npm run ci`: says what it hears, and ends by it. */
const listener = `
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    process.stdout.write("heard " + signal + "\\n");
    process.exit(130);
  });
}
setTimeout(() => process.exit(1), 20_000);
process.stdout.write("listening to " + process.argv.slice(2).join(" ") + "\\n");
`;

/**
 * Runs a step and sends SIGINT to its shell, and to nothing else, as GitHub does when a job is cancelled
 * (docs.github.com, "Workflow cancellation reference": the step's entry process).
 */
async function cancel(folder: string, step: string): Promise<string> {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(repositoryRoot, "package.json"), "utf8")) as {
    readonly scripts: { readonly ci: string };
  };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ scripts: { ci: scripts.ci } }));
  fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
  fs.mkdirSync(path.join(folder, "ci"));
  fs.writeFileSync(path.join(folder, "ci", "index.ts"), listener);
  const script = path.join(folder, "step.sh");
  fs.writeFileSync(script, `${step}\n`);
  const env = { ...process.env, STACK: "dev-aws" };
  const shell = spawn("bash", ["-e", script], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  await new Promise((resolve) => {
    const patience = setTimeout(resolve, 10_000);
    shell.stdout.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.includes("heard")) clearTimeout(patience);
      else if (said.includes("listening")) shell.kill("SIGINT");
    });
    shell.once("close", resolve);
  });
  // What is left, where nothing was heard.
  if (shell.exitCode === null && shell.pid !== undefined) process.kill(-shell.pid, "SIGKILL");
  return said;
}

test("a deploy hears that its job is cancelled", async (context) => {
  const step = readWorkflow("deploy").jobs.deploy?.steps.find(({ run }) => run?.includes("-- deploy"))?.run ?? "";
  const said = await cancel(temporaryFolder(context), step);
  assert.match(said, /^listening to deploy --stack dev-aws --out outputs --policy-pack policy$/m);
  assert.match(said, /^heard SIGINT$/m);
});
