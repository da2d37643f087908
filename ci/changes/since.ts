import { InputError } from "../../infra/input-error";
import { run } from "../../delivery/process";

/** What GitHub names as the commit before a branch's first push. */
const noCommit = /^0{40}$/;

/**
 * The paths that differ between a commit and what is checked out, counted from where the two histories part; undefined for
 * all, since a branch that was just made has no commit before.
 *
 * @param since a commit, by anything that Git takes for one
 * @throws InputError when the clone does not have the commit
 */
export async function changedPaths(
  root: string,
  since: string | undefined,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  if (since === undefined || since === "" || noCommit.test(since)) return undefined;
  if (since.startsWith("-")) throw new InputError(`--since: "${since}" is no commit.`);
  const args = ["diff", "--name-only", "--no-renames", "--relative", "-z", `${since}...HEAD`];
  const env = { ...process.env, LC_ALL: "C" };
  const { code, stdout, stderr } = await run("git", args, { cwd: root, env, signal });
  if (code !== 0) {
    throw new InputError(
      `--since ${since}: what changed since that commit cannot be told: ${stderr.trim()}\nA clone that is too shallow ` +
        "does not have it: check out the whole history (actions/checkout: `fetch-depth: 0`).",
    );
  }
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((path) => path !== "");
}
