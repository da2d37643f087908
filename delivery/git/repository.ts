import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { InputError } from "../../infra/input-error";
import { pause } from "../pause";
import type { Location } from "../settings";
import { borrowedObjects } from "./borrow";
import { type Access, git, gitEnvironment, tryGit } from "./git";

/** What a repository is opened with. */
export interface OpenOptions {
  readonly location: Location;
  readonly access: Access;
  /** The user's clone, whose objects are borrowed. Nothing in it is changed. */
  readonly clone: string;
  /** Which branches are fetched besides the base, for instance `mandelbrot/*`. */
  readonly branches: readonly string[];
  readonly signal: AbortSignal;
}

/** A file of a commit. */
export interface GitFile {
  /** `100644`, `100755` or `120000`. */
  readonly mode: string;
  readonly text: string;
}

/** Where fetched branches are kept, and the one that everything starts from. */
const fetched = "refs/fetched/";
const baseRef = "refs/base";

/**
 * A temporary bare repository with the remote's base branch in it. Everything is read from there and committed there, so
 * that the user's working tree, index and branches are never touched.
 */
export class Repository {
  /** What {@link isAncestor} was asked before: an app's overlays ask the same. */
  readonly #ancestors = new Map<string, Promise<boolean | undefined>>();

  private constructor(
    /** A temporary folder; the repository is in it, and there is room for more. */
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    readonly access: Access,
    readonly signal: AbortSignal,
    /** Name of the base branch. */
    readonly branch: string,
    /** Commit at its tip. */
    readonly base: string,
  ) {}

  /**
   * Fetches the base branch.
   *
   * @throws InputError when there is no such branch; Error when the remote cannot be reached, tried three times
   */
  static async open(options: OpenOptions): Promise<Repository> {
    const { access, signal } = options;
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "trinity-delivery-"));
    try {
      const bare = path.join(folder, "repository.git");
      const env = gitEnvironment(bare, access);
      await git(["init", "--quiet", "--bare", "--template=", bare], { env: gitEnvironment(undefined), signal });
      const [{ branch }, objects] = await Promise.all([
        findBranch(options.location, env, signal),
        borrowedObjects(options.clone, signal),
      ]);
      if (objects !== undefined) await fs.writeFile(path.join(bare, "objects/info/alternates"), `${objects}\n`);
      const refs = [
        `+refs/heads/${branch}:${baseRef}`,
        ...options.branches.map((name) => `+refs/heads/${name}:${fetched}${name}`),
      ];
      await remotely(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", access.url, ...refs], env, signal);
      const base = await git(["rev-parse", "--verify", `${baseRef}^{commit}`], { env, signal });
      return new Repository(folder, env, access, signal, branch, base.toString("utf8").trim());
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** All files of the base below some paths, in Git's order. */
  async files(paths: readonly string[]): Promise<Map<string, GitFile>> {
    const listing = await this.git(["ls-tree", "-r", "-z", "--full-tree", this.base, "--", ...paths]);
    const found = listing
      .toString("utf8")
      .split("\0")
      .map((line) => /^(\d+) blob (\w+)\t(.+)$/s.exec(line))
      .filter((match) => match !== null)
      .map(([, mode = "", object = "", file = ""]) => ({ mode, object, file }));
    const texts = await this.contents(found.map(({ object }) => object));
    return new Map(found.map(({ mode, file }, index) => [file, { mode, text: texts[index] ?? "" }]));
  }

  /** Contents of objects, named in any way that git knows; undefined for what is not there. */
  async contents(names: readonly string[]): Promise<(string | undefined)[]> {
    const output = await this.git(["cat-file", "--batch"], names.map((name) => `${name}\n`).join(""));
    let at = 0;
    return names.map(() => {
      const end = output.indexOf("\n", at);
      const [, , size] = output.toString("utf8", at, end).split(" ");
      at = end + 1;
      // `<name> missing` has no size.
      if (size === undefined) return undefined;
      const start = at;
      at += Number(size) + 1;
      return output.toString("utf8", start, start + Number(size));
    });
  }

  /** Object names of what some expressions name; undefined for what is not there. */
  async resolve(expressions: readonly string[]): Promise<(string | undefined)[]> {
    const lines = await this.git(
      ["cat-file", "--batch-check=%(objectname)"],
      expressions.map((one) => `${one}\n`).join(""),
    );
    return lines
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (/^[0-9a-f]{40,64}$/.test(line) ? line : undefined));
  }

  /** Whether a commit is in the history of another; undefined when one of them is not known here. */
  async isAncestor(commit: string, of: string): Promise<boolean | undefined> {
    const question = `${commit} ${of}`;
    const known = this.#ancestors.get(question);
    if (known !== undefined) return known;
    const answer = tryGit(["merge-base", "--is-ancestor", commit, of], { env: this.env, signal: this.signal }).then(
      ({ code }) => (code === 0 ? true : code === 1 ? false : undefined),
    );
    this.#ancestors.set(question, answer);
    return answer;
  }

  /**
   * Contents that a file had on the base branch, the newest first; undefined where it was not there.
   *
   * @param most how many changes to go back
   */
  async history(file: string, most: number): Promise<(string | undefined)[]> {
    const args = ["rev-list", "--first-parent", `--max-count=${most}`, this.base, "--", file];
    const commits = (await this.git(args)).toString("utf8").split("\n").filter(Boolean);
    return this.contents(commits.map((commit) => `${commit}:${file}`));
  }

  /** Ref under which a branch of the remote was fetched. */
  fetchedRef(branch: string): string {
    return fetched + branch;
  }

  async git(args: readonly string[], input?: string | Buffer): Promise<Buffer> {
    return git(args, { env: this.env, signal: this.signal, input });
  }

  /** Removes everything. Again is no fault. */
  async close(): Promise<void> {
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Asks the remote for a branch: its name, which for `HEAD` only the remote knows, and the commit at its tip.
 *
 * @throws InputError when there is no such branch; Error when the remote cannot be reached, tried three times
 */
export async function findBranch(
  { repository, revision }: Location,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ readonly branch: string; readonly head: string }> {
  const wanted = revision === "HEAD" ? revision : `refs/heads/${revision.replace(/^refs\/heads\//, "")}`;
  const listing = await remotely(["ls-remote", "--symref", repository, wanted], env, signal);
  const ref = revision === "HEAD" ? /^ref: (\S+)\tHEAD$/m.exec(listing)?.[1] : wanted;
  const head = listing
    .split("\n")
    .map((line) => line.split("\t"))
    .find(([object = "", name]) => name === wanted && !object.startsWith("ref: "))?.[0];
  if (ref?.startsWith("refs/heads/") !== true || head === undefined) {
    throw new InputError(
      `${repository} has no branch "${revision}". A release is a pull request to the branch that Argo CD reads: set ` +
        `trinity:gitops.revision to a branch, or leave it out for the default one.`,
    );
  }
  return { branch: ref.slice("refs/heads/".length), head };
}

/** Git's words for faults that the next try does not mend. */
const lasting =
  /Authentication failed|could not read Username|not found|denied|couldn't find remote ref|does not appear to be a git repository/i;

/**
 * Runs a git command that speaks to the remote and only reads; three times, since a network fails now and then.
 *
 * @throws Error with git's own words
 */
async function remotely(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  let said = "";
  for (const seconds of [0, 0.5, 2]) {
    await pause(seconds * 1000, signal);
    const { code, stdout, stderr } = await tryGit(args, { env, signal, seconds: 120 });
    if (code === 0) return stdout.toString("utf8");
    said = stderr.trim();
    if (lasting.test(said)) break;
  }
  const url = args.find((argument) => argument.includes("/") && !argument.includes(":refs/"));
  throw new Error(`${url ?? "The remote"} cannot be read:\n${said}\nNothing was changed. Run the same command again.`);
}
