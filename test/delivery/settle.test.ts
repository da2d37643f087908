import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloudName } from "../../infra/clouds";
import type { Pull } from "../../delivery/host/pull";
import type { Order } from "../../delivery/order";
import { settle } from "../../delivery/settle";

/** Pull requests that are in each other's way, each of which a command settles by itself at the same time. */

interface Contender {
  /** When it was built: 0 is a build that stands in no order to others. */
  readonly build: number;
  readonly allowOlder?: true;
  readonly clouds?: readonly CloudName[];
}

function pullOf({ build, allowOlder, clouds = ["aws", "gcp"] }: Contender, index: number): Pull {
  const mark = { kind: "release", app: "web", env: "dev", tag: String(build), clouds, allowOlder } as const;
  const number = index + 1;
  return { number, id: "", url: `/pull/${number}`, title: "", body: "", branch: `web/${number}`, head: "", mark };
}

function compare(build: string, other: string): Promise<Order> {
  const [a, b] = [Number(build), Number(other)];
  return Promise.resolve(a === b ? "same" : a * b === 0 ? "unknown" : a > b ? "newer" : "older");
}

/** Numbers of those that stay when every command has done what it settled. */
async function left(contenders: readonly Contender[], found = false): Promise<number[]> {
  const pulls = contenders.map(pullOf);
  const gone = new Set<number>();
  for (const own of pulls) {
    const rivals = pulls.filter((one) => one !== own);
    const { to, older } = await settle(
      own,
      rivals,
      found ? rivals.filter((one) => one.number < own.number) : [],
      compare,
    );
    for (const { number } of to === undefined ? older : [own]) gone.add(number);
  }
  return pulls.map(({ number }) => number).filter((number) => !gone.has(number));
}

const old = { build: 1 };
const young = { build: 2 };
const unknown = { build: 0 };
const revert = { build: 1, allowOlder: true } as const;

for (const [name, contenders, expected] of [
  ["two builds, the newer one first", [young, old], [1]],
  ["two builds, the newer one last", [old, young], [2]],
  ["one build twice", [old, old], [1]],
  ["two builds whose order is not known", [old, unknown], [1]],
  ["a release, then a revert", [young, revert], [2]],
  ["a revert, then a release of a newer build", [revert, young], [2]],
  ["a revert, then a release of what it goes back to", [revert, old], [1]],
  ["two reverts to different builds", [{ ...revert, build: 2 }, revert], [2]],
  ["two reverts whose builds stand in no order", [{ ...revert, build: 0 }, revert], [2]],
  ["the newest build, a revert, and a newer build than it goes back to", [{ build: 3 }, revert, young], [3]],
] as const) {
  test(`${name}: #${expected.join()} stays`, async () => {
    assert.deepEqual(await left(contenders), expected);
  });
}

test("a build that was found open when the same one was planned for more clouds gives way to it", async () => {
  assert.deepEqual(await left([{ ...old, clouds: ["aws"] }, old], true), [2]);
});
