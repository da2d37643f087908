import { createHash } from "node:crypto";

/**
 * The clouds in the order in which they are asked for a tile: rendezvous hashing (Thaler and Ravishankar 1998). Each
 * cloud comes first for an equal share of the tiles, and when one goes out only its own tiles go to others.
 */
export function rendezvousOrder<Name extends string>(key: string, names: readonly Name[]): Name[] {
  const scores = new Map(
    names.map((name) => [name, createHash("sha1").update(`${name}\n${key}`).digest().readUInt32LE()]),
  );
  return [...names].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
}
