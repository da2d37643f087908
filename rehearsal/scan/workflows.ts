import { repositoryRoot } from "../paths";
import { runMain } from "../run-main";
import { loadExeca } from "../tools/execa";
import { ensureTools } from "../tools/index";
import { ensureZizmor } from "./zizmor";

/** `npm run lint:workflows`: what actionlint and zizmor say of the workflows. */
async function main(): Promise<number> {
  const { actionlint } = await ensureTools(["actionlint"]);
  const commands: readonly (readonly [string, readonly string[]])[] = [
    // Whether a machine has shellcheck must not decide what is found; steps are single commands.
    [actionlint.path, ["-shellcheck=", "-pyflakes="]],
    // The sternest persona; nothing is looked up, so that every machine finds the same.
    [await ensureZizmor(), ["--offline", "--no-progress", "--persona=auditor", ".github"]],
  ];
  const { execa } = await loadExeca();
  let failures = 0;
  for (const [command, args] of commands) {
    const { failed } = await execa(command, args, { cwd: repositoryRoot, stdio: "inherit", reject: false });
    if (failed) failures += 1;
  }
  return failures;
}

runMain(main);
