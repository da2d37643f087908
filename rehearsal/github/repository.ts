import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A pull request, as it is kept. */
export interface PullRequest {
  readonly number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  readonly head: string;
  /** Tip of the head branch when it was last there. */
  sha: string;
  readonly base: string;
  mergedAt: string | undefined;
  autoMerge: boolean;
  readonly labels: string[];
  readonly createdAt: string;
}

/** An issue, as it is kept. Its number is no pull request's. */
export interface Issue {
  readonly number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  readonly labels: string[];
  readonly author: string;
  readonly createdAt: string;
}

/** A comment on a pull request or an issue. */
export interface IssueComment {
  readonly id: number;
  /** Number of what it is on. */
  readonly on: number;
  body: string;
  readonly author: string;
}

/** What a repository's settings page has. */
export interface RepositorySettings {
  /** Pull requests may be told to merge by themselves. @default true */
  allowAutoMerge: boolean;
  /** GitHub deletes the branch of a merged pull request. @default false */
  deleteBranchOnMerge: boolean;
  /** Checks that a merge to a protected branch waits for. @default green */
  checks: "pending" | "green";
}

/** What came of a merge. */
export type MergeOutcome =
  { readonly kind: "merged"; readonly sha: string } | { readonly kind: "conflict" | "modified" | "head-modified" };

/** A simulated repository: a bare Git repository, its pull requests and settings. */
export class SimulatedRepository {
  readonly settings: RepositorySettings = { allowAutoMerge: true, deleteBranchOnMerge: false, checks: "green" };
  readonly pulls: PullRequest[] = [];
  readonly issues: Issue[] = [];
  /** Labels that the repository knows. */
  readonly labels: string[] = [];
  readonly comments: IssueComment[] = [];
  private comment = 0;

  private constructor(
    readonly owner: string,
    readonly name: string,
    /** The bare repository. */
    readonly folder: string,
    readonly defaultBranch: string,
    readonly protectedBranches: readonly string[],
  ) {}

  static async create(
    folder: string,
    owner: string,
    name: string,
    protectedBranches: readonly string[],
  ): Promise<SimulatedRepository> {
    const bare = path.join(folder, owner, `${name}.git`);
    if (!fs.existsSync(bare)) {
      fs.mkdirSync(path.dirname(bare), { recursive: true });
      await execute("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
    }
    await execute("git", ["-C", bare, "config", "http.receivepack", "true"]);
    fs.writeFileSync(path.join(bare, "refusals"), "");
    fs.mkdirSync(path.join(bare, "hooks"), { recursive: true });
    fs.writeFileSync(path.join(bare, "hooks", "update"), updateHook, { mode: 0o755 });
    return new SimulatedRepository(owner, name, bare, "main", protectedBranches);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** Pull requests and issues are counted together. */
  nextNumber(): number {
    return this.pulls.length + this.issues.length + 1;
  }

  addComment(on: number, author: string, body: string): IssueComment {
    const comment = { id: ++this.comment, on, author, body };
    this.comments.push(comment);
    return comment;
  }

  /** What stands in the comments on a pull request or an issue. */
  commentsOn(number: number): string[] {
    return this.comments.filter(({ on }) => on === number).map(({ body }) => body);
  }

  /** From now on, pushes to the protected branches are refused; what was there before may be pushed first. */
  protect(): void {
    for (const branch of this.protectedBranches) {
      const ref = `refs/heads/${branch}`;
      this.refuse(ref, `error: GH006: Protected branch update failed for ${ref}.`);
    }
  }

  /**
   * Refuses pushes, as a ruleset does
   * (https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets).
   *
   * @param pattern of whole refs, with `*`
   */
  refuse(pattern: string, message: string): void {
    fs.appendFileSync(path.join(this.folder, "refusals"), `${pattern}\t${message}\n`);
  }

  /** Takes all refusals back. */
  accept(): void {
    fs.writeFileSync(path.join(this.folder, "refusals"), "");
  }

  /** Tip of a branch; undefined when there is none. */
  async tip(branch: string): Promise<string | undefined> {
    return this.git(["rev-parse", "--verify", "--quiet", `refs/heads/${branch}`]).catch(() => undefined);
  }

  /** Brings pull requests up to date with their branches; an open one without a branch closes. */
  async refresh(pulls: readonly PullRequest[] = this.pulls): Promise<void> {
    const open = pulls.filter(({ state }) => state === "open");
    if (open.length === 0) return;
    const refs = open.map(({ head }) => `refs/heads/${head}`);
    const listing = await this.git(["for-each-ref", "--format=%(refname) %(objectname)", ...refs]);
    const tips = new Map(listing.split("\n").map((line) => line.split(" ") as [string, string]));
    for (const pull of open) {
      const tip = tips.get(`refs/heads/${pull.head}`);
      if (tip === undefined) pull.state = "closed";
      else pull.sha = tip;
    }
  }

  /** Tree of the merge of a pull request; undefined for a conflict. */
  async mergedTree(pull: PullRequest): Promise<string | undefined> {
    return this.git(["merge-tree", "--write-tree", `refs/heads/${pull.base}`, pull.sha]).catch(() => undefined);
  }

  /** Merges by squash. @param sha what the head must be */
  async squash(pull: PullRequest, sha?: string): Promise<MergeOutcome> {
    await this.refresh([pull]);
    if (sha !== undefined && sha !== pull.sha) return { kind: "head-modified" };
    const base = (await this.tip(pull.base)) ?? "";
    const tree = await this.mergedTree(pull);
    if (tree === undefined) return { kind: "conflict" };
    const message = `${pull.title} (#${pull.number})`;
    const commit = await this.git(["commit-tree", tree, "-p", base, "-m", message]);
    try {
      await this.git(["update-ref", `refs/heads/${pull.base}`, commit, base]);
    } catch {
      return { kind: "modified" };
    }
    pull.state = "closed";
    pull.mergedAt = new Date().toISOString();
    if (this.settings.deleteBranchOnMerge) await this.deleteBranch(pull.head);
    return { kind: "merged", sha: commit };
  }

  /** Lets the checks of all pull requests end well: those that were told to merge by themselves do. */
  async passChecks(): Promise<void> {
    this.settings.checks = "green";
    for (const pull of this.pulls) if (pull.state === "open" && pull.autoMerge) await this.squash(pull);
  }

  async deleteBranch(branch: string): Promise<void> {
    await this.git(["update-ref", "-d", `refs/heads/${branch}`]);
    await this.refresh();
  }

  private async git(args: readonly string[]): Promise<string> {
    const { stdout } = await execute("git", ["-C", this.folder, ...args], { env: { ...process.env, ...gitHub } });
    return stdout.trim();
  }
}

/** Who commits what GitHub merges. */
const gitHub = {
  GIT_AUTHOR_NAME: "GitHub",
  GIT_AUTHOR_EMAIL: "noreply@github.com",
  GIT_COMMITTER_NAME: "GitHub",
  GIT_COMMITTER_EMAIL: "noreply@github.com",
};

/** Runs for each ref that a push would change, and for nothing that the server does itself (githooks, `update`). */
const updateHook = `#!/bin/sh
while IFS="$(printf '\\t')" read -r pattern message; do
  case "$1" in
    $pattern) echo "$message" >&2; exit 1 ;;
  esac
done < "$GIT_DIR/refusals"
`;
