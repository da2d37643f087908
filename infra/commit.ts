import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { InputError } from "./input-error";

const run = promisify(execFile);

/** What of an app never enters its image: a commit that touches nothing else needs no new image. */
export const outsideImage = ["README.md", "app.yaml", "bench", "deploy", "docs", "test"] as const;

/** The commit that an app's image is built from. */
export interface AppCommit {
  /** 40 hexadecimal digits: the last commit that touched what the app's image is made of. */
  readonly commit: string;
  /** Committer time, in seconds since 1970 (the value of SOURCE_DATE_EPOCH). */
  readonly time: number;
  /** Object name of the app's folder in that commit. */
  readonly tree: string;
  /** The branch that is checked out; undefined when none is (detached HEAD). */
  readonly branch: string | undefined;
  /** Paths below the root that differ from the commit: changed, staged, untracked. */
  readonly uncommitted: readonly string[];
}

/** Thrown when the commit of an app cannot be told; says what to do. */
export class CommitError extends InputError {
  override readonly name = "CommitError";
}

/**
 * Finds the last commit that touched an app, so that a commit elsewhere in the repository rebuilds nothing.
 *
 * @param root the repository's root, or the folder that holds `apps/`
 * @param app name of the app's folder
 * @throws CommitError when git is missing, this is no repository, the app has no commit, or the clone is too shallow
 * to know which commit it is
 */
export async function readAppCommit(root: string, app: string): Promise<AppCommit> {
  const folder = `apps/${app}`;
  const paths = [folder, ...outsideImage.map((name) => `:(exclude)${folder}/${name}`)];
  const [log, status, branch, shallow] = await Promise.all([
    git(root, ["log", "-1", "--format=%H %ct %P", "--", ...paths]).catch((error: unknown) => {
      // A repository without any commit is told apart from one without this app's only in the message below.
      if (String(error).includes("does not have any commits")) {
        return "";
      }
      throw error;
    }),
    git(root, ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", ...paths]),
    git(root, ["symbolic-ref", "--quiet", "--short", "HEAD"]).catch(() => ""),
    git(root, ["rev-parse", "--is-shallow-repository"]),
  ]);
  const [commit, time, ...parents] = log
    .trim()
    .split(" ")
    .filter((word) => word !== "");
  if (commit === undefined || time === undefined) {
    throw new CommitError(
      `${folder} has no commit yet in ${root}, so its image has no tag. Commit the folder, then run this again.`,
    );
  }
  if (parents.length === 0 && shallow.trim() === "true") {
    throw new CommitError(
      `${root} is a shallow clone that ends at commit ${commit}, so the last commit that touched ${folder} cannot be ` +
        `told and the image's tag would name the wrong one. Run \`git fetch --unshallow\`, or check out the whole ` +
        `history in CI (actions/checkout: \`fetch-depth: 0\`).`,
    );
  }
  const tree = (await git(root, ["rev-parse", "--verify", `${commit}:./${folder}`])).trim();
  const uncommitted = status
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => entry.slice(3));
  return { commit, time: Number(time), tree, branch: branch.trim() || undefined, uncommitted };
}

/** Says that an image would lack what is in no commit, since it is made of one; undefined when it would not. */
export function uncommittedFault(app: string, { commit, uncommitted }: AppCommit): string | undefined {
  if (uncommitted.length === 0) {
    return undefined;
  }
  const listed = uncommitted.slice(0, 10).map((file) => `\n  ${file}`);
  const more = uncommitted.length > listed.length ? `\n  and ${uncommitted.length - listed.length} more` : "";
  return (
    `apps/${app} has changes that are in no commit, so they would not be in the image, which is made of commit ` +
    `${commit}:${listed.join("")}${more}\nCommit them or take them back.`
  );
}

/** One file of a commit. */
export interface CommittedFile {
  /** Path below the folder that was asked for. */
  readonly path: string;
  /** `100644`, `100755` or `120000` (symbolic link), the only modes that Git keeps. */
  readonly mode: string;
  /** Object name of the contents. */
  readonly object: string;
}

/** Files of a tree object, in Git's order. @throws CommitError for a submodule, whose contents are not here */
export async function committedFiles(root: string, tree: string): Promise<CommittedFile[]> {
  const listing = await git(root, ["ls-tree", "-r", "-z", "--full-tree", tree]);
  return listing
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", type, object = ""] = line.slice(0, tab).split(" ");
      const file = line.slice(tab + 1);
      if (type !== "blob") {
        throw new CommitError(
          `${file} in tree ${tree} is a submodule; an app's image can only be made of its own files.`,
        );
      }
      return { path: file, mode, object };
    });
}

/** Contents of a blob. */
export async function committedContents(root: string, object: string): Promise<Buffer> {
  const { stdout } = await run("git", ["cat-file", "blob", object], options(root, "buffer"));
  return stdout;
}

async function git(root: string, argumentList: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", [...argumentList], options(root, "utf8"));
    return stdout;
  } catch (error) {
    throw explain(root, argumentList, error as NodeJS.ErrnoException & { readonly stderr?: string });
  }
}

function options<Encoding extends "utf8" | "buffer">(root: string, encoding: Encoding) {
  // Messages are matched above, so they must not be translated; nothing here may take the index lock from a user.
  const env = { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" };
  return { cwd: root, env, encoding, maxBuffer: 256 * 1024 * 1024 };
}

function explain(
  root: string,
  argumentList: readonly string[],
  error: NodeJS.ErrnoException & { readonly stderr?: string },
): CommitError {
  if (error.code === "ENOENT" && fs.existsSync(root)) {
    return new CommitError("git is not on PATH. The image's tag is the commit that it is built from: install git.");
  }
  const said = (error.stderr ?? "").trim() || error.message;
  if (said.includes("not a git repository")) {
    return new CommitError(
      `${path.resolve(root)} is not in a Git repository. The image's tag is the commit that it is built from: run ` +
        `this in a clone, not in an unpacked archive.`,
    );
  }
  return new CommitError(`\`git ${argumentList.join(" ")}\` failed in ${path.resolve(root)}: ${said}`);
}
