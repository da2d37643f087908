import { tryGit } from "./git";
import type { Repository } from "./repository";

/** A branch to push. */
export interface Push {
  readonly branch: string;
  readonly commit: string;
  /** What the remote's branch must still be; undefined: it must not exist. */
  readonly before: string | undefined;
}

/** What the remote said to one branch. */
export type Pushed =
  | { readonly kind: "done" }
  /** Somebody else pushed the branch meanwhile. */
  | { readonly kind: "overtaken" }
  /** A rule of the remote, in its own words. */
  | { readonly kind: "refused"; readonly why: string };

/**
 * Pushes branches all at once. Each is replaced only if it still is what was fetched (`--force-with-lease` with the commit
 * named, since a temporary repository has no remote-tracking branch that the lease could be taken from).
 *
 * @returns branch to outcome
 * @throws Error when the remote cannot be reached
 */
export async function pushBranches(repository: Repository, pushes: readonly Push[]): Promise<Map<string, Pushed>> {
  if (pushes.length === 0) return new Map();
  const args = [
    "push",
    "--porcelain",
    "--no-verify",
    // Few servers take signed pushes, so push.gpgSign of the user would have every one refused.
    "--no-signed",
    ...pushes.map(({ branch, before }) => `--force-with-lease=refs/heads/${branch}:${before ?? ""}`),
    repository.access.url,
    ...pushes.map(({ branch, commit }) => `${commit}:refs/heads/${branch}`),
  ];
  const { env, signal } = repository;
  const { code, stdout, stderr } = await tryGit(args, { env, signal, seconds: 120 });
  const lines = stdout.toString("utf8").split("\n");
  const outcomes = new Map<string, Pushed>();
  for (const line of lines) {
    const [flag, refs = "", summary = ""] = line.split("\t");
    const branch = refs.slice(refs.indexOf(":refs/heads/") + ":refs/heads/".length);
    if (refs.includes(":refs/heads/"))
      outcomes.set(branch, flag === "!" ? refusal(branch, summary, stderr) : { kind: "done" });
  }
  const unknown = pushes.filter(({ branch }) => !outcomes.has(branch));
  if (unknown.length > 0) {
    throw new Error(
      `${repository.access.url} cannot be pushed to${code === 0 ? "" : ` (exit code ${code})`}:\n${stderr.trim()}\n` +
        `The base branch is as it was. Run the same command again.`,
    );
  }
  return outcomes;
}

function refusal(branch: string, summary: string, stderr: string): Pushed {
  const remote = stderr.split("\n").filter((line) => line.startsWith("remote:"));
  const why = [summary, ...remote].join("\n");
  // In Git's words, and in GitHub's. It stays so, however often the push is tried.
  const own = remote.some((line) => line.includes(`exists; cannot create 'refs/heads/${branch}'`));
  if (own || summary.includes("directory file conflict")) {
    return {
      kind: "refused",
      why: `${why}\nNo branch may be called as the part before the slash in ${branch}: rename it.`,
    };
  }
  // The last two are how a server says that another push to the same branch was faster.
  if (
    /stale info|cannot lock ref|failed to update ref|reference already exists|fetch first|non-fast-forward/.test(
      summary,
    )
  ) {
    return { kind: "overtaken" };
  }
  return { kind: "refused", why };
}
