import { InputError } from "./input-error";

/** What an image's tag is made of. */
export interface TagParts {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Committer time, in seconds since 1970. */
  readonly time: number;
  /** Number of the pull request that the image is for. */
  readonly pullRequest?: number;
  /** Given when the tag is to name the branch instead: `<branch>.<YYYYMMDD-HHmmss>.<commit>`. */
  readonly branch?: string;
}

/** Longest tag that registries accept, in characters (OCI distribution specification, "Pulling manifests"). */
export const longestTag = 128;

/**
 * The tag of an image: `pr-<number>-<commit>`, `<branch>.<YYYYMMDD-HHmmss>.<commit>` or `sha-<commit>`. The same
 * parts give the same tag at any time on any machine, and a tag is never moved: no `latest`.
 *
 * @throws InputError when the commit is not a whole one, or the branch has no character that a tag may have
 */
export function imageTag(parts: TagParts): string {
  if (!/^[0-9a-f]{40}$/.test(parts.commit)) {
    throw new InputError(`"${parts.commit}" is no commit: 40 hexadecimal digits in lower case (git rev-parse HEAD).`);
  }
  if (parts.pullRequest !== undefined) {
    return `pr-${parts.pullRequest}-${parts.commit}`;
  }
  if (parts.branch === undefined) {
    return `sha-${parts.commit}`;
  }
  const rest = `.${timestamp(parts.time)}.${parts.commit}`;
  return branchLabel(parts.branch, longestTag - rest.length) + rest;
}

/** A branch's name within a tag's characters: others become `-`, and the first must be a letter, digit or `_`. */
function branchLabel(branch: string, longest: number): string {
  const label = branch
    .replaceAll(/[^\w.-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, longest)
    .replace(/[.-]+$/, "");
  if (label === "") {
    throw new InputError(
      `Branch "${branch}" has no character that a tag may have (letters, digits, _ . -). Set trinity:branch to ` +
        `another label, or trinity:tagStyle to commit.`,
    );
  }
  return label;
}

function timestamp(seconds: number): string {
  // 2026-01-02T03:04:05.000Z, in UTC, so that the machine's time zone does not matter.
  const [date = "", time = ""] = new Date(seconds * 1000).toISOString().slice(0, 19).split("T");
  return `${date.replaceAll("-", "")}-${time.replaceAll(":", "")}`;
}
