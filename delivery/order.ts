import type { Repository } from "./git/repository";
import { parseTag } from "./tag";

/** How one build stands to another. */
export type Order = "newer" | "same" | "older" | "unrelated" | "unknown";

/**
 * Compares two builds by what their tags say: by time where both name one, otherwise by the history of their commits.
 *
 * @param repository knows the commits of the base branch and of the user's clone
 * @returns what `build` is, next to `other`; `unrelated` for commits of which neither is in the other's history,
 * `unknown` when one of them is not here, or a tag names none
 */
export async function compareBuilds(repository: Repository, build: string, other: string): Promise<Order> {
  if (build === other) return "same";
  const [a, b] = [parseTag(build), parseTag(other)];
  if (a === undefined || b === undefined) return "unknown";
  if (a.time !== undefined && b.time !== undefined && a.time !== b.time) return a.time > b.time ? "newer" : "older";
  if (a.commit === b.commit) return "same";
  const contains = await repository.isAncestor(b.commit, a.commit);
  if (contains === true) return "newer";
  if (contains === undefined) return "unknown";
  return (await repository.isAncestor(a.commit, b.commit)) === true ? "older" : "unrelated";
}

/** Why a build may not follow another; undefined when it may. */
export function orderFault(order: Order, build: string, other: string): string | undefined {
  const ways = {
    newer: undefined,
    same: undefined,
    older: `${build} is older than ${other}`,
    unrelated: `neither of ${build} and ${other} was built from the other's history, so it cannot be told which is newer`,
    unknown:
      `it cannot be told whether ${build} is newer than ${other}: a commit of theirs is neither on the base branch nor in ` +
      `this clone, or not named by the tag (\`git fetch --all\`, and \`--unshallow\` in a shallow clone, may bring it)`,
  };
  return ways[order];
}
