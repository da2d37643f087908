import * as fs from "node:fs/promises";
import * as path from "node:path";
import { type AppCommit, committedContents, committedFiles } from "./commit";

/**
 * Lays a committed folder out as files, so that an image is built from what the commit says and from nothing else.
 *
 * A working tree is no reproducible build context: permission bits follow each machine's umask (docker-build hashes
 * them, so every machine would want to build anew), times are those of the checkout (a layer records them, so every
 * machine would get another digest), and files may be changed. Here the modes are Git's own and the times are the
 * commit's.
 *
 * @param root the repository's root
 * @param label what the folder's name begins with, for people
 * @param commit its tree is laid out; its time is the time of all files and folders
 * @param without folders directly below that are left out
 * @returns the folder, relative to `root`, the same on every machine. It is never changed once it is there.
 * @throws CommitError
 */
export async function snapshot(
  root: string,
  label: string,
  commit: Pick<AppCommit, "commit" | "tree" | "time">,
  without: readonly string[] = [],
): Promise<string> {
  const relative = path.join(".trinity", "context", `${label}-${commit.commit}`);
  const target = path.join(root, relative);
  if (await exists(target)) {
    return relative;
  }
  // Made elsewhere and renamed: a snapshot is whole or not there, even when two runs make it at once.
  await fs.mkdir(path.dirname(target), { recursive: true });
  const temporary = await fs.mkdtemp(`${target}.`);
  try {
    for (const file of await committedFiles(root, commit.tree)) {
      if (!without.some((folder) => file.path.startsWith(`${folder}/`))) {
        await write(
          path.join(temporary, file.path),
          file.mode,
          await committedContents(root, file.object),
          commit.time,
        );
      }
    }
    await settle(temporary, commit.time);
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { recursive: true, force: true });
    if (!(await exists(target))) {
      throw error;
    }
  }
  return relative;
}

async function write(file: string, mode: string, contents: Buffer, time: number): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  if (mode === "120000") {
    await fs.symlink(contents.toString(), file);
    return fs.lutimes(file, time, time);
  }
  await fs.writeFile(file, contents);
  // After writing: the mode that a file is created with is cut down by the umask.
  await fs.chmod(file, mode === "100755" ? 0o755 : 0o644);
  await fs.utimes(file, time, time);
}

/** Sets the folders, deepest first, since a change below changes a folder's time. */
async function settle(folder: string, time: number): Promise<void> {
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await settle(path.join(folder, entry.name), time);
    }
  }
  await fs.chmod(folder, 0o755);
  await fs.utimes(folder, time, time);
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
