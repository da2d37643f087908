/** Part of a text that can be shortened by whole lines. */
export interface Section {
  readonly before: readonly string[];
  /** The most important first. */
  readonly lines: readonly string[];
  readonly after: readonly string[];
  /** Takes the place of the last `count` lines, when they do not fit. */
  readonly omitted: (count: number) => string;
}

/**
 * Puts sections together in at most `limit` bytes of UTF-8, which is never more characters. Each section gets an equal share
 * of what is left for lines; what one does not need, the others have.
 */
export function fit(sections: readonly Section[], limit: number): string {
  const fixed = sections.reduce((sum, { before, after, lines, omitted }) => {
    return sum + size([...before, ...after, omitted(lines.length)]);
  }, 0);
  const shares = share(
    sections.map(({ lines }) => size(lines)),
    Math.max(0, limit - fixed),
  );
  return sections.map((section, index) => cut(section, shares[index] ?? 0)).join("");
}

function cut({ before, lines, after, omitted }: Section, share: number): string {
  const kept: string[] = [];
  let left = share;
  for (const line of lines) {
    left -= size([line]);
    if (left < 0) break;
    kept.push(line);
  }
  const missing = lines.length - kept.length;
  return [...before, ...kept, ...(missing > 0 ? [omitted(missing)] : []), ...after].map((line) => `${line}\n`).join("");
}

/** Gives each what it wants, as long as no other has to take less than that for it. */
function share(wanted: readonly number[], available: number): number[] {
  const shares = new Map<number, number>();
  let left = available;
  const order = [...wanted.entries()].sort(([, one], [, other]) => one - other);
  for (const [position, [index, want]] of order.entries()) {
    const given = Math.min(want, Math.floor(left / (order.length - position)));
    shares.set(index, given);
    left -= given;
  }
  return wanted.map((_, index) => shares.get(index) ?? 0);
}

function size(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
