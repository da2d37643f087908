import * as fs from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../rehearsal/paths";
import { runMain } from "../rehearsal/run-main";
import { clusterToolNames, ensureTools, toolNames } from "../rehearsal/tools/index";
import { loadExeca } from "../rehearsal/tools/execa";

/**
 * What a test file belongs to. `clusters`: it needs real clusters, minutes, and a gigabyte of tools. `long`: it takes long
 * for what it shows, as whole rehearsals, killed engines and many releases at once do; its name says so.
 */
type Suite = "usual" | "long" | "clusters";

function suiteOf(file: string): Suite {
  if (file.startsWith(path.join("test", "clusters", "real"))) return "clusters";
  return file.endsWith(".long.test.ts") ? "long" : "usual";
}

/**
 * `npm test [-- <part of a path> …]`: gets the tools that the tests run, then runs every test file whose path holds
 * one of the parts, with Node's own runner. `npm run test:long` and `npm run test:clusters` do so with the tests of those
 * suites, and no others.
 */
async function main(args: readonly string[]): Promise<number> {
  const suite = (["long", "clusters"] as const).find((name) => args[0] === `--${name}`) ?? "usual";
  const parts = suite === "usual" ? args : args.slice(1);
  const clusters = suite === "clusters";
  const tools = clusters ? [...toolNames, ...clusterToolNames] : ([...toolNames, "crane"] as const);
  await ensureTools(tools, { onProgress: ({ message }) => process.stderr.write(`${message}\n`) });
  const files = testFiles()
    .filter((file) => suiteOf(file) === suite)
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
  if (files.length === 0) {
    process.stderr.write(
      `No test file of this command has ${parts.join(" or ")} in its path. The others are run by \`npm test\`, ` +
        `\`npm run test:long\` and \`npm run test:clusters\`.\n`,
    );
    return 2;
  }
  // Two at once: engine tests start several processes each, and the smallest machine has two cores.
  const atOnce = clusters ? 1 : 2;
  const { execa } = await loadExeca();
  const result = await execa("node", ["--import", "tsx", "--test", `--test-concurrency=${atOnce}`, ...files], {
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
