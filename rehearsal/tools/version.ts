/** `[major, minor, patch]` and the pre-release part, empty for a release. */
interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: string;
}

/** Leading `v`, missing minor or patch and build metadata (`+deb12u1`) are allowed. */
const shape = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+\S*)?$/;

/**
 * Whether version `found` is `minimum` or later, as semantic versioning orders them. A pre-release of the minimum is
 * not enough. Something that is no version is not enough either.
 */
export function isAtLeast(found: string, minimum: string): boolean {
  const [a, b] = [parse(found), parse(minimum)];
  if (b === undefined) throw new Error(`The minimum version "${minimum}" is not of the form 1.2.3.`);
  if (a === undefined) return false;
  for (const [index, number] of b.numbers.entries()) {
    const difference = (a.numbers[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  if (a.prerelease === b.prerelease || a.prerelease === "") return true;
  return b.prerelease !== "" && comparePrerelease(a.prerelease, b.prerelease) >= 0;
}

function parse(text: string): Version | undefined {
  const match = shape.exec(text.trim());
  if (match === null) return undefined;
  const [, major = "0", minor = "0", patch = "0", prerelease = ""] = match;
  return { numbers: [major, minor, patch].map(Number), prerelease };
}

function comparePrerelease(a: string, b: string): number {
  const [left, right] = [a.split("."), b.split(".")];
  for (const [index, part] of right.entries()) {
    const own = left[index];
    if (own === undefined) return -1;
    if (own === part) continue;
    const [ownIsNumber, partIsNumber] = [/^\d+$/.test(own), /^\d+$/.test(part)];
    if (ownIsNumber && partIsNumber) return Number(own) - Number(part);
    // A number sorts before a word.
    if (ownIsNumber !== partIsNumber) return ownIsNumber ? -1 : 1;
    return own < part ? -1 : 1;
  }
  return left.length - right.length;
}
