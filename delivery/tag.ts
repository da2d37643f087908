import { InputError } from "../infra/input-error";

/** What an image's tag says of the build (infra/tag.ts makes it). */
export interface BuildTag {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** `YYYYMMDD-HHmmss` in UTC, for a tag that names its branch. */
  readonly time: string | undefined;
}

const forms = [
  /^sha-(?<commit>[0-9a-f]{40})$/,
  /^pr-\d+-(?<commit>[0-9a-f]{40})$/,
  /^[\w][\w.-]*\.(?<time>\d{8}-\d{6})\.(?<commit>[0-9a-f]{40})$/,
];

/** Reads a tag; undefined for one that names no commit, `latest` among them. */
export function parseTag(tag: string): BuildTag | undefined {
  for (const form of forms) {
    const groups = form.exec(tag)?.groups;
    if (groups?.commit !== undefined) return { commit: groups.commit, time: groups.time };
  }
  return undefined;
}

/**
 * Makes sure that a tag names a commit.
 *
 * @param where what has the tag, for the error: a file, a stack
 * @throws InputError for `latest` and for any other tag that names none
 */
export function checkTag(tag: string, where: string): void {
  if (parseTag(tag) !== undefined) return;
  throw new InputError(
    `${where}: tag "${tag}" does not say which commit it was built from: sha-<commit>, pr-<number>-<commit> or ` +
      `<branch>.<YYYYMMDD-HHmmss>.<commit>, the commit 40 hexadecimal digits. ` +
      (tag === "latest" ? "`latest` is never released, since it moves. " : "") +
      `Release what an app stack built (pulumi stack output --json).`,
  );
}
