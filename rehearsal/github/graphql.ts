import type { SimulatedRepository } from "./repository";
import type { Answer } from "./answer";
import { nodeId } from "./rest";

/**
 * Answers the mutation enablePullRequestAutoMerge (https://docs.github.com/en/graphql/reference/mutations); GitHub's words
 * for refusing it are those that `gh pr merge --auto` and its users meet.
 *
 * @param body the request's: `query` and `variables`, of which `id` is the pull request's, and `commit` the one that its
 * branch has to have
 */
export async function answerGraphQL(repositories: Iterable<SimulatedRepository>, body: unknown): Promise<Answer> {
  const { query = "", variables = {} } = body as { query?: string; variables?: { id?: string; commit?: string } };
  if (!query.includes("enablePullRequestAutoMerge(")) {
    return fault("UNPROCESSABLE", "The simulated GitHub knows only the mutation enablePullRequestAutoMerge.");
  }
  for (const repository of repositories) {
    const pull = repository.pulls.find((one) => nodeId(repository, one) === variables.id);
    if (pull === undefined) continue;
    await repository.refresh([pull]);
    const { allowAutoMerge, checks } = repository.settings;
    if (!allowAutoMerge) return fault("UNPROCESSABLE", "Pull request Auto merge is not allowed for this repository");
    if (pull.state === "closed") return fault("UNPROCESSABLE", "Pull request Pull request is closed");
    if (query.includes("expectedHeadOid") && variables.commit !== pull.sha) {
      return fault("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.");
    }
    const waits = repository.protectedBranches.includes(pull.base) && checks === "pending";
    const clean = !waits && (await repository.mergedTree(pull)) !== undefined;
    if (clean) return fault("UNPROCESSABLE", "Pull request Pull request is in clean status");
    pull.autoMerge = true;
    const data = { enablePullRequestAutoMerge: { pullRequest: { number: pull.number } } };
    return { status: 200, body: { data } };
  }
  return fault("NOT_FOUND", `Could not resolve to a node with the global id of '${variables.id ?? ""}'`);
}

function fault(type: string, message: string): Answer {
  return {
    status: 200,
    body: {
      data: { enablePullRequestAutoMerge: null },
      errors: [{ type, path: ["enablePullRequestAutoMerge"], message }],
    },
  };
}
