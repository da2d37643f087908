import { type Answer, type Call, type Handler, invalid, notFound, ok, paged, type Route, textOf } from "./answer";
import { issueRoutes } from "./issues";
import type { PullRequest, SimulatedRepository } from "./repository";

/** The part of GitHub's REST interface that is leaned on here (https://docs.github.com/en/rest), by method and path. */
const routes: readonly Route[] = [
  ["GET", /^$/, getRepository],
  ["GET", /^\/pulls$/, listPulls],
  ["POST", /^\/pulls$/, createPull],
  [
    "GET",
    /^\/pulls\/(\d+)$/,
    withPull(async (repository, pull, call) => ok(await describePull(repository, pull, call))),
  ],
  ["PATCH", /^\/pulls\/(\d+)$/, withPull(updatePull)],
  ["PUT", /^\/pulls\/(\d+)\/merge$/, withPull(mergePull)],
  ["DELETE", /^\/git\/refs\/heads\/(.+)$/, deleteRef],
  ...issueRoutes,
];

/** Answers a request to a repository. */
export async function answer(repository: SimulatedRepository, call: Call): Promise<Answer> {
  // A reference may come with its slashes encoded.
  const rest = decodeURIComponent(call.rest);
  for (const [method, path, handler] of routes) {
    const match = path.exec(rest);
    if (method === call.method && match !== null) return handler(repository, call, match[1] ?? "");
  }
  return notFound;
}

function withPull(
  handler: (repository: SimulatedRepository, pull: PullRequest, call: Call) => Promise<Answer>,
): Handler {
  return async (repository, call, number) => {
    const pull = repository.pulls.find((one) => one.number === Number(number));
    if (pull === undefined) return notFound;
    await repository.refresh([pull]);
    return handler(repository, pull, call);
  };
}

async function getRepository(repository: SimulatedRepository): Promise<Answer> {
  return Promise.resolve(
    ok({
      full_name: repository.fullName,
      default_branch: repository.defaultBranch,
      allow_squash_merge: true,
      allow_auto_merge: repository.settings.allowAutoMerge,
      delete_branch_on_merge: repository.settings.deleteBranchOnMerge,
    }),
  );
}

/** Pages are linked by the header (https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api). */
async function listPulls(repository: SimulatedRepository, call: Call): Promise<Answer> {
  const { query } = call;
  const [state, head, base] = [query.get("state") ?? "open", query.get("head"), query.get("base")];
  const wanted = repository.pulls.filter(
    (pull) => (base === null || pull.base === base) && (head === null || head === `${repository.owner}:${pull.head}`),
  );
  await repository.refresh(wanted);
  const all = wanted.filter((pull) => state === "all" || pull.state === state);
  if (query.get("direction") !== "asc") all.reverse();
  return paged(repository, call, "pulls", all, (pull) => summarise(repository, pull, call));
}

async function createPull(repository: SimulatedRepository, call: Call): Promise<Answer> {
  const [head, base, title] = [call.body.head, call.body.base, call.body.title].map(String);
  const [sha, tip] = await Promise.all([repository.tip(head ?? ""), repository.tip(base ?? "")]);
  if (head === undefined || sha === undefined)
    return invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  if (base === undefined || tip === undefined)
    return invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  const custom = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });
  if (sha === tip) return custom(`No commits between ${base} and ${head}`);
  if (repository.pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === base)) {
    return custom(`A pull request already exists for ${repository.owner}:${head}.`);
  }
  const pull: PullRequest = {
    number: repository.nextNumber(),
    title: title ?? "",
    body: textOf(call.body.body) ?? "",
    state: "open",
    head,
    sha,
    base,
    mergedAt: undefined,
    autoMerge: false,
    labels: [],
    createdAt: new Date().toISOString(),
  };
  repository.pulls.push(pull);
  // What a merge would come to, GitHub works out later.
  return ok({ ...summarise(repository, pull, call), merged: false, mergeable: null }, 201);
}

async function updatePull(repository: SimulatedRepository, pull: PullRequest, call: Call): Promise<Answer> {
  const { title, body, state } = call.body;
  if (state === "open" && pull.mergedAt !== undefined) {
    return invalid({
      resource: "PullRequest",
      field: "state",
      code: "invalid",
      message: "state cannot be changed. The pull request cannot be reopened.",
    });
  }
  pull.title = textOf(title) ?? pull.title;
  pull.body = textOf(body) ?? pull.body;
  if (state === "open" || state === "closed") pull.state = state;
  return ok(await describePull(repository, pull, call));
}

/** https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request: 405 may not be merged, 409 another head */
async function mergePull(repository: SimulatedRepository, pull: PullRequest, call: Call): Promise<Answer> {
  const refusal = (status: number, message: string): Answer => ({ status, body: { message } });
  if (pull.state === "closed") return refusal(405, "Pull Request is not mergeable");
  if (call.body.merge_method !== "squash") return refusal(405, "Merge commits are not allowed on this repository.");
  if (repository.protectedBranches.includes(pull.base) && repository.settings.checks === "pending") {
    return refusal(405, 'Required status check "check" is expected.');
  }
  const outcome = await repository.squash(pull, textOf(call.body.sha));
  switch (outcome.kind) {
    case "merged":
      return ok({ sha: outcome.sha, merged: true, message: "Pull Request successfully merged" });
    case "conflict":
      return refusal(405, "Pull Request is not mergeable");
    case "modified":
      return refusal(405, "Base branch was modified. Review and try the merge again.");
    case "head-modified":
      return refusal(409, "Head branch was modified. Review and try the merge again.");
  }
}

async function deleteRef(repository: SimulatedRepository, _call: Call, branch: string): Promise<Answer> {
  if ((await repository.tip(branch)) === undefined)
    return { status: 422, body: { message: "Reference does not exist" } };
  await repository.deleteBranch(branch);
  return { status: 204 };
}

function summarise(repository: SimulatedRepository, pull: PullRequest, { server }: Call) {
  const repo = { full_name: repository.fullName };
  return {
    number: pull.number,
    node_id: nodeId(repository, pull),
    html_url: `${server}/${repository.fullName}/pull/${pull.number}`,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    head: { ref: pull.head, sha: pull.sha, repo },
    base: { ref: pull.base, repo },
    created_at: pull.createdAt,
    merged_at: pull.mergedAt ?? null,
    auto_merge: pull.autoMerge ? { merge_method: "squash" } : null,
  };
}

/** Only a single pull request's answer has what a merge would come to. */
async function describePull(repository: SimulatedRepository, pull: PullRequest, call: Call) {
  const mergeable = pull.state === "open" ? (await repository.mergedTree(pull)) !== undefined : null;
  return { ...summarise(repository, pull, call), merged: pull.mergedAt !== undefined, mergeable };
}

/** GraphQL's name of a pull request. */
export function nodeId(repository: SimulatedRepository, pull: PullRequest): string {
  return `PR_${Buffer.from(`${repository.fullName}#${pull.number}`).toString("base64url")}`;
}
