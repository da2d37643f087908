import type { CloudName } from "../../infra/clouds";
import { type Images, entries } from "../image";

/** Kinds of pull request, which are also how titles and branches begin. */
export type Kind = "release" | "promote" | "revert";

/** What a pull request is for. It stands in its body as a comment that nobody sees, to find it again by. */
export interface Mark {
  readonly kind: Kind;
  readonly app: string;
  readonly env: string;
  readonly tag: string;
  readonly clouds: readonly CloudName[];
  /** It takes the place of newer builds, too. */
  readonly allowOlder?: true;
}

/** A pull request, as much of it as matters here. */
export interface Pull {
  readonly number: number;
  /** GraphQL's id. */
  readonly id: string;
  /** Address of its page. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  /** Branch that it would merge. */
  readonly branch: string;
  /** Commit at the tip of that branch. */
  readonly head: string;
  readonly mark: Mark | undefined;
}

/**
 * What became of a request to merge. `conflict`: the base has changed the same lines, the branch has another commit, or
 * another pull request closed this one.
 */
export type Merge = "merged" | "auto-merge" | "conflict";

/** Pull requests of one repository to one base branch. */
export interface PullRequests {
  /** All open ones that this command line made, the oldest first. */
  open(): Promise<Pull[]>;
  /** The last one of a branch that was closed without being merged. */
  closedUnmerged(branch: string): Promise<Pull | undefined>;
  /** Opens one, or finds the one that is open for the branch. */
  create(branch: string, title: string, body: string): Promise<Pull>;
  update(pull: Pull, title: string, body: string): Promise<void>;
  /** Whether one was closed without being merged. */
  isClosed(pull: Pull): Promise<boolean>;
  /** Closes one with a comment and deletes its branch; one that is closed is left alone. */
  supersede(pull: Pull, comment: string): Promise<void>;
  /** Merges `commit` by squash as soon as the repository's rules allow, at once if they do now. */
  merge(pull: Pull, commit: string): Promise<Merge>;
}

const opening = "<!-- trinity:delivery ";
const closing = " -->";

/** The invisible comment. */
export function writeMark(mark: Mark): string {
  return opening + JSON.stringify(mark) + closing;
}

/** Reads what {@link writeMark} wrote, in a text that anyone may have edited; undefined when it is not there. */
export function readMark(body: string): Mark | undefined {
  const start = body.indexOf(opening);
  const end = body.indexOf(closing, start);
  if (start === -1 || end === -1) return undefined;
  try {
    const value = JSON.parse(body.slice(start + opening.length, end)) as Partial<Mark> | null;
    const whole = value && [value.kind, value.app, value.env, value.tag].every((text) => typeof text === "string");
    return whole && Array.isArray(value.clouds) ? (value as Mark) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The text of a pull request: what moves from which digest to which, per cloud.
 *
 * @param compare address of the page that shows the commits between
 */
export function describePull(mark: Mark, from: Images, to: Images, compare: string | undefined): string {
  const rows = entries(to).map(([cloud, image]) => {
    const before = from[cloud];
    const old = before === undefined ? "nothing" : `\`${before.tag}\`<br>\`${before.digest}\``;
    return `| ${cloud} | ${old} | \`${image.tag}\`<br>\`${image.digest}\` | \`${image.repository}\` |`;
  });
  return [
    `Moves **${mark.app}** in **${mark.env}**. Argo CD applies it once this is merged.`,
    "",
    "| cloud | from | to | repository |",
    "| ----- | ---- | -- | ---------- |",
    ...rows,
    "",
    ...(compare === undefined ? [] : [`What is in it: ${compare}`, ""]),
    writeMark(mark),
  ].join("\n");
}
