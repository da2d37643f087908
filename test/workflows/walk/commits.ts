import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { load, dump } from "js-yaml";
import { type CloudName } from "../../../infra/clouds";
import { copyRepository } from "../../support/checkout";

/** Who commits. */
export const author = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

/** A working tree with a history of its own. */
export interface Checkout {
  readonly folder: string;
  git(...args: readonly string[]): string;
  /** Writes files, and commits all that is there. @returns the commit */
  commit(message: string, files?: Readonly<Record<string, string>>): string;
}

/**
 * This repository as it is on disk, of a team that has some clouds: no stacks yet, and apps that run there and nowhere else.
 * Nothing is committed.
 */
export async function teamCheckout(folder: string, clouds: readonly CloudName[]): Promise<Checkout> {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...author } }).trim();
  await copyRepository(folder);
  const stacks = path.join(folder, "stacks");
  for (const file of fs.readdirSync(stacks).filter((name) => name.startsWith("Pulumi."))) {
    fs.rmSync(path.join(stacks, file));
  }
  for (const app of fs.readdirSync(path.join(folder, "apps"))) {
    const file = path.join(folder, "apps", app, "app.yaml");
    const manifest = load(fs.readFileSync(file, "utf8")) as { readonly clouds: readonly CloudName[] };
    fs.writeFileSync(file, dump({ ...manifest, clouds: manifest.clouds.filter((cloud) => clouds.includes(cloud)) }));
  }
  git("init", "--quiet", "--initial-branch=main");
  return {
    folder,
    git,
    commit: (message, changes = {}) => {
      for (const [file, text] of Object.entries(changes)) fs.writeFileSync(path.join(folder, file), text);
      git("add", "--all");
      git("commit", "--quiet", "--message", message);
      return git("rev-parse", "HEAD");
    },
  };
}
