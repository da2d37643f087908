import * as fs from "node:fs";
import path from "node:path";
import { loadExeca } from "../tools/execa";

/** A clone of the platform's repository, as somebody who works on it has one. */
export interface WorkingCopy {
  readonly folder: string;
  /** Runs git in it. @returns what it printed. @throws Error with git's words */
  git(...args: readonly string[]): Promise<string>;
  /**
   * Edits files and commits them.
   *
   * @param edits path in the repository to the text that becomes of its own
   */
  commit(message: string, edits: Readonly<Record<string, (text: string) => string>>): Promise<void>;
}

/**
 * Clones what is committed in a repository, on a branch `main`, whatever branch that is on.
 *
 * @param from folder of the repository
 * @param origin address that its remote `origin` gets
 */
export async function cloneRepository(from: string, folder: string, origin: string): Promise<WorkingCopy> {
  const { execa } = await loadExeca();
  const git = async (...args: readonly string[]) => {
    const { stdout } = await execa("git", args, { cwd: folder });
    return stdout;
  };
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await git("clone", "--quiet", "--no-checkout", "--shared", from, ".");
  await git("config", "user.name", "Rehearsal");
  await git("config", "user.email", "rehearsal@example.com");
  await git("checkout", "--quiet", "-B", "main", "HEAD");
  await git("remote", "set-url", "origin", origin);
  // Packages are not installed twice. The link is no part of the repository, whose .gitignore names a folder.
  fs.symlinkSync(path.join(from, "node_modules"), path.join(folder, "node_modules"));
  fs.appendFileSync(path.join(folder, ".git/info/exclude"), "/node_modules\n");
  return {
    folder,
    git,
    commit: async (message, edits) => {
      for (const [name, edit] of Object.entries(edits)) {
        const file = path.join(folder, name);
        const before = fs.readFileSync(file, "utf8");
        const after = edit(before);
        if (after === before) {
          throw new Error(`${name} has nothing in it that "${message}" would change: it was changed since.`);
        }
        fs.writeFileSync(file, after);
      }
      await git("commit", "--quiet", "--all", `--message=${message}`);
    },
  };
}
