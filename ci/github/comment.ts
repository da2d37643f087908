import { ignore, statusOf } from "../../delivery/host/ask";
import { RefusedError } from "../../delivery/failure";
import { type Mark, readMark, withMark } from "./mark";
import type { JobRepository } from "./repository";

/** How often it is tried anew when somebody deletes the comment between. */
const attempts = 5;

/** What became of a comment. */
export type CommentOutcome = "created" | "updated" | "unchanged" | "newer" | "none";

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly mark: Mark;
}

/**
 * Writes the one comment of a mark on a pull request or issue: the one that is there, or else a new one. Of several, which
 * runs at the same time may have made, the oldest stays. What a later run has written stays as it is.
 *
 * @param create false: when there is none, there is to be none
 */
export async function writeComment(
  repository: JobRepository,
  number: number,
  mark: Mark,
  text: string,
  create = true,
): Promise<CommentOutcome> {
  const { client, ask, repo } = repository;
  const body = withMark(mark, text);
  let made = false;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const [own, ...others] = await ownComments(repository, number, mark.of);
    if (own === undefined) {
      if (!create) return "none";
      await ask(`comment on #${number}`, () =>
        client.rest.issues.createComment({ ...repo, issue_number: number, body }),
      );
      made = true;
      // Another run may have made one at the same time: both look again, and agree on the oldest.
      continue;
    }
    for (const { id } of others) {
      await ask(`delete comment ${id}`, () => client.rest.issues.deleteComment({ ...repo, comment_id: id })).catch(
        ignore(404),
      );
    }
    if (own.body === body) return made ? "created" : "unchanged";
    if (Math.max(own.mark.run, ...others.map((other) => other.mark.run)) > mark.run) return "newer";
    try {
      await ask(`change comment ${own.id}`, () =>
        client.rest.issues.updateComment({ ...repo, comment_id: own.id, body }),
      );
      return "updated";
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  throw new RefusedError(
    `The comment on #${number} was deleted ${attempts} times while it was being written. Run this again.`,
  );
}

/** All of a mark, the oldest first. */
async function ownComments(repository: JobRepository, number: number, of: string): Promise<Comment[]> {
  const { client, ask, repo, isOwn } = repository;
  const all = await ask(`list the comments on #${number}`, () =>
    client.paginate(client.rest.issues.listComments, { ...repo, issue_number: number, per_page: 100 }),
  );
  const found: Comment[] = [];
  for (const { id, body = "", user } of all) {
    const mark = readMark(body);
    if (mark?.of === of && (await isOwn(user))) found.push({ id: Number(id), body, mark });
  }
  return found.sort((one, other) => one.id - other.id);
}
