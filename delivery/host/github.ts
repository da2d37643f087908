import { RefusedError } from "../failure";
import { pause } from "../pause";
import { gitHubToken, type GitHubAddress } from "./address";
import { asker, ignore, statusOf } from "./ask";
import { type Client, createClient } from "./octokit";
import { type Merge, type Pull, type PullRequests, readMark } from "./pull";

/** What is read of GitHub's answers (https://docs.github.com/en/rest/pulls/pulls). */
interface Answer {
  readonly number: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly repo: { readonly full_name: string } };
}

/** How often a merge is tried while other merges to the same branch are faster. */
const mergeAttempts = 8;

/** Pull requests on GitHub to the branch `base`. */
export async function openGitHub(
  address: GitHubAddress,
  base: string,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<PullRequests> {
  const client = await createClient({ address, token: gitHubToken(), signal, report });
  const { owner, name } = address;
  const repo = { owner, repo: name };
  const ask = asker({ repository: `${owner}/${name}`, rights: "write contents and pull requests", signal });

  const list = async (query: {
    state: "open" | "closed";
    head?: string;
  }): Promise<(Answer & { merged_at: string | null })[]> =>
    ask("list the pull requests", () =>
      client.paginate(client.rest.pulls.list, {
        ...repo,
        ...query,
        base,
        sort: "created",
        direction: "asc",
        per_page: 100,
      }),
    );

  // 422 says that there is no such branch: the repository deletes those of merged pull requests, or somebody did.
  const deleteBranch = (branch: string) =>
    ask(`delete the branch ${branch}`, () => client.rest.git.deleteRef({ ...repo, ref: `heads/${branch}` })).catch(
      ignore(422),
    );

  // Merges to one branch are in each other's way: GitHub refuses one while another is under way.
  let lastMerge: Promise<unknown> = Promise.resolve();
  const inTurn = async <Result>(merge: () => Promise<Result>): Promise<Result> => {
    const result = lastMerge.then(merge);
    lastMerge = result.catch(() => undefined);
    return result;
  };

  const openOf = async (branch: string) => (await list({ state: "open", head: `${owner}:${branch}` })).map(toPull)[0];

  return {
    open: async () => {
      const pulls = await list({ state: "open" });
      // One from a fork may say anything of itself.
      return pulls
        .filter(({ head, base: to }) => head.repo?.full_name === to.repo.full_name)
        .map(toPull)
        .filter(({ mark, branch }) => mark !== undefined && branch.startsWith(`${mark.app}/`));
    },
    closedUnmerged: async (branch) => {
      const pulls = await list({ state: "closed", head: `${owner}:${branch}` });
      return pulls
        .filter(({ merged_at }) => merged_at === null)
        .map(toPull)
        .at(-1);
    },
    create: async (branch, title, body) => {
      try {
        const { data } = await ask("open a pull request", () =>
          client.rest.pulls.create({ ...repo, head: branch, base, title, body }),
        );
        return toPull(data);
      } catch (error) {
        // Another release of the same build was faster, or the answer to our own request was lost on the way.
        const found = statusOf(error) === 422 ? await openOf(branch) : undefined;
        if (found === undefined) throw error;
        return found;
      }
    },
    update: async (pull, title, body) => {
      await ask(`change pull request #${pull.number}`, () =>
        client.rest.pulls.update({ ...repo, pull_number: pull.number, title, body }),
      );
    },
    isClosed: async (pull) => {
      const what = `read pull request #${pull.number}`;
      const { data } = await ask(what, () => client.rest.pulls.get({ ...repo, pull_number: pull.number }));
      return data.state === "closed" && !data.merged;
    },
    supersede: async (pull, comment) => {
      const what = `close pull request #${pull.number}`;
      const { data } = await ask(what, () => client.rest.pulls.get({ ...repo, pull_number: pull.number }));
      if (data.state === "closed") return;
      await ask(what, () => client.rest.pulls.update({ ...repo, pull_number: pull.number, state: "closed" }));
      await ask(what, () => client.rest.issues.createComment({ ...repo, issue_number: pull.number, body: comment }));
      await deleteBranch(pull.branch);
    },
    merge: async (pull, commit) => {
      const what = `merge pull request #${pull.number}`;
      const { data } = await ask(what, () => client.rest.pulls.get({ ...repo, pull_number: pull.number }));
      if (data.merged) return "merged";
      // Null as long as GitHub has not worked it out; a merge says so then. One that is closed gave way to another.
      const conflicts = data.mergeable === false && data.head.sha === commit;
      if (conflicts || data.state === "closed") return "conflict";
      const outcome = await ask(what, () => enableAutoMerge(client, pull, commit));
      if (outcome !== "now") return outcome;
      const merged = await inTurn(() => ask(what, () => mergeNow(client, repo, pull, commit, signal)));
      if (merged === "merged") await deleteBranch(pull.branch);
      return merged;
    },
  };
}

const autoMerge = `mutation ($id: ID!, $commit: GitObjectID!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH, expectedHeadOid: $commit }) {
    pullRequest { number }
  }
}`;

/**
 * @returns `now` when nothing stands against a merge: GitHub refuses auto-merge then, and `gh pr merge --auto` merges too;
 * `conflict` when the branch has another commit
 */
async function enableAutoMerge(client: Client, pull: Pull, commit: string): Promise<"auto-merge" | "now" | "conflict"> {
  try {
    await client.graphql(autoMerge, { id: pull.id, commit });
    return "auto-merge";
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (/head branch was modified|expected head/i.test(message)) return "conflict";
    if (/(clean|unstable|has_hooks) status|protected branch rules not configured/i.test(message)) return "now";
    if (/auto.?merge is not allowed/i.test(message)) {
      throw new RefusedError(
        `${pull.url} is open, but the repository does not allow auto-merge. Turn on "Allow auto-merge" in its settings ` +
          `(General, Pull Requests) and run this again, or merge by hand.`,
      );
    }
    throw error;
  }
}

/** https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request */
async function mergeNow(
  client: Client,
  repo: { readonly owner: string; readonly repo: string },
  pull: Pull,
  commit: string,
  signal: AbortSignal,
): Promise<Merge> {
  const request = { ...repo, pull_number: pull.number, merge_method: "squash", sha: commit } as const;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.rest.pulls.merge(request);
      return "merged";
    } catch (error) {
      const { message } = error as Error;
      if (statusOf(error) === 405 && /not mergeable|merge conflict/i.test(message)) return "conflict";
      const busy =
        [405, 409].includes(statusOf(error)) && /base branch was modified|head branch was modified/i.test(message);
      if (!busy || attempt === mergeAttempts) throw error;
      // Not all at the same moment again.
      await pause(200 * attempt * (0.5 + Math.random()), signal);
    }
  }
}

function toPull(answer: Answer): Pull {
  const body = answer.body ?? "";
  return {
    number: answer.number,
    id: answer.node_id,
    url: answer.html_url,
    title: answer.title,
    body,
    branch: answer.head.ref,
    head: answer.head.sha,
    mark: readMark(body),
  };
}
