import type { Mark, Pull } from "./host/pull";
import type { Order } from "./order";

/** A pull request that is in the way of others. */
export interface Contender {
  readonly number: number;
  readonly mark: Mark | undefined;
}

/**
 * Which of the open pull requests that are in each other's way give way. Of two, the later one stays if it takes the place
 * of newer builds too (a revert, `--allow-older`); otherwise the newer build; where that cannot be told, the earlier one,
 * as if the later had found it there. Commands that run at the same time come to the same answer, so that one stays.
 *
 * @param found those of them that were open when the change was planned, which had nothing against it
 * @param compare how one tag's build stands to another's
 * @returns whom this one gives way to, or who gives way to it
 */
export async function settle(
  own: Contender,
  rivals: readonly Pull[],
  found: readonly Pull[],
  compare: (build: string, other: string) => Promise<Order>,
): Promise<{ readonly to: Pull | undefined; readonly older: readonly Pull[] }> {
  const older = found.filter(({ number }) => number < own.number);
  const known = new Set(older.map(({ number }) => number));
  for (const rival of rivals.filter(({ number }) => !known.has(number))) {
    const isLater = own.number > rival.number;
    const [earlier, later] = isLater ? [rival, own] : [own, rival];
    const order = insists(later) ? "newer" : await compare(later.mark?.tag ?? "", earlier.mark?.tag ?? "");
    if ((order === "newer") !== isLater) {
      // Who is beaten by a third one beats nobody, or all three could go.
      if (!rivals.some((other) => isBeaten(rival, other))) return { to: rival, older: [] };
    } else if (isLater || insists(own) || order === "older") {
      older.push(rival);
    }
  }
  return { to: undefined, older };
}

function insists({ mark }: Contender): boolean {
  return mark?.allowOlder === true;
}

function isBeaten(rival: Contender, by: Contender): boolean {
  const overlap = rival.mark?.clouds.some((cloud) => by.mark?.clouds.includes(cloud)) === true;
  return overlap && insists(by) && by.number > rival.number;
}
