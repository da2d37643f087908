import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../../rehearsal/paths";

/** Copies what is in Git, as it is on disk. */
export async function copyRepository(target: string): Promise<void> {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repositoryRoot,
    encoding: "utf8",
  });
  for (const file of files
    .split("\0")
    .filter((file) => file !== "" && fs.existsSync(path.join(repositoryRoot, file)))) {
    await fs.promises.mkdir(path.dirname(path.join(target, file)), { recursive: true });
    await fs.promises.copyFile(path.join(repositoryRoot, file), path.join(target, file));
  }
}
