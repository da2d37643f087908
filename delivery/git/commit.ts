import { committer } from "./borrow";
import type { Repository } from "./repository";

/** A commit on top of the base, on a branch of its own. */
export interface NewCommit {
  readonly branch: string;
  readonly message: string;
  /** What is written. @default nothing */
  readonly files?: readonly { readonly path: string; readonly mode: string; readonly text: string }[];
  /** Files and folders that go. @default none */
  readonly removed?: readonly string[];
}

/** What became of a commit. */
export interface Committed {
  /** The branch's commit on the remote as it was fetched; undefined when it has no such branch. */
  readonly before: string | undefined;
  /** The commit to push; `before` itself when that has the same files on the same base. */
  readonly commit: string;
}

/**
 * Makes commits, with one process for all of them (`git fast-import`), in the temporary repository.
 *
 * @returns in the order of `commits`
 */
export async function makeCommits(
  repository: Repository,
  clone: string,
  commits: readonly NewCommit[],
): Promise<Committed[]> {
  if (commits.length === 0) return [];
  const who = await committer(clone, repository.signal);
  const stream = commits.map((commit) => describe(commit, repository.base, who)).join("");
  await repository.git(["fast-import", "--quiet", "--date-format=raw"], `${stream}done\n`);
  const expressions = commits.flatMap(({ branch }) => {
    const remote = repository.fetchedRef(branch);
    return [`refs/heads/${branch}`, `refs/heads/${branch}^{tree}`, remote, `${remote}^{tree}`, `${remote}^`];
  });
  const resolved = await repository.resolve(expressions);
  return commits.map((_commit, index) => {
    const [commit = "", tree, before, treeBefore, parent] = resolved.slice(index * 5, index * 5 + 5);
    const same = before !== undefined && tree === treeBefore && parent === repository.base;
    return { before, commit: same ? before : commit };
  });
}

/** The stream's form: https://git-scm.com/docs/git-fast-import#_input_format */
function describe({ branch, message, files = [], removed = [] }: NewCommit, base: string, who: string): string {
  const changes = [
    ...removed.map((path) => `D ${path}\n`),
    ...files.map(({ path, mode, text }) => `M ${mode} inline ${path}\n${data(text)}`),
  ];
  return `commit refs/heads/${branch}\ncommitter ${who}\n${data(message)}from ${base}\n${changes.join("")}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
