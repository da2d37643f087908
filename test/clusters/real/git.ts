import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { acceptsTcp, freePort } from "../../../rehearsal/ports";
import { until } from "./support";

const run = promisify(execFile);

/** A Git repository on loopback. */
export interface GitSite {
  /** `git://127.0.0.1:<port>/repository` */
  readonly url: string;
  /** Writes files, by path, and commits them to `main`. */
  commit(files: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

/** Serves a new repository below `root`. */
export async function startGit(root: string): Promise<GitSite> {
  const folder = path.join(root, "git", "repository");
  await mkdir(folder, { recursive: true });
  const git = (...args: string[]) =>
    run("git", ["-C", folder, "-c", "user.name=test", "-c", "user.email=t@t", ...args]);
  await git("init", "--quiet", "--initial-branch=main");
  const port = await freePort();
  const args = ["daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", `--port=${port}`];
  const daemon = spawn("git", [...args, `--base-path=${path.dirname(folder)}`], { stdio: "ignore", detached: true });
  await until("git listens", async () => ((await acceptsTcp(port)) ? true : undefined), 20);
  return {
    url: `git://127.0.0.1:${port}/repository`,
    commit: async (files) => {
      for (const [file, contents] of Object.entries(files)) {
        const place = path.join(folder, file);
        await mkdir(path.dirname(place), { recursive: true });
        await writeFile(place, JSON.stringify(contents));
      }
      await git("add", "--all");
      await git("commit", "--quiet", "--message=change");
    },
    stop: async () => {
      const ended = once(daemon, "exit");
      // Its group, since git runs the daemon as a process of its own.
      if (daemon.pid !== undefined) process.kill(-daemon.pid, "SIGTERM");
      await ended;
    },
  };
}
