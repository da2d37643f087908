import * as fs from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../rehearsal/paths";
import { runMain } from "../rehearsal/run-main";
import { ensureTools, toolNames } from "../rehearsal/tools/index";
import { loadExeca } from "../rehearsal/tools/execa";

/**
 * `npm test [-- <part of a path> …]`: gets the tools that the tests run, then runs every test file whose path holds
 * one of the parts, with Node's own runner.
 */
async function main(parts: readonly string[]): Promise<number> {
  await ensureTools(toolNames, { onProgress: ({ message }) => process.stderr.write(`${message}\n`) });
  const files = testFiles().filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
  if (files.length === 0) {
    process.stderr.write(`No test file has ${parts.join(" or ")} in its path.\n`);
    return 2;
  }
  // Two at once: engine tests start several processes each, and the smallest machine has two cores.
  const { execa } = await loadExeca();
  const result = await execa("node", ["--import", "tsx", "--test", "--test-concurrency=2", ...files], {
    cwd: repositoryRoot,
    stdio: "inherit",
    preferLocal: true,
    reject: false,
  });
  return result.exitCode ?? 1;
}

function testFiles(): string[] {
  const apps = fs.readdirSync(path.join(repositoryRoot, "apps")).map((app) => path.join("apps", app, "test"));
  return ["test", ...apps].flatMap((folder) => {
    const absolute = path.join(repositoryRoot, folder);
    return fs.existsSync(absolute)
      ? fs
          .readdirSync(absolute, { recursive: true, encoding: "utf8" })
          .filter((file) => file.endsWith(".test.ts"))
          .map((file) => path.join(folder, file))
          .sort()
      : [];
  });
}

runMain(() => main(process.argv.slice(2)));
