import { BlockList } from "node:net";

function blockList(range: string): BlockList {
  const [address = "", prefix] = range.split("/");
  const list = new BlockList();
  list.addSubnet(address, Number(prefix));
  return list;
}

function firstAddress(range: string): string {
  return range.split("/")[0] ?? "";
}

/** True when the two IPv4 ranges share an address. */
export function overlap(one: string, other: string): boolean {
  return blockList(one).check(firstAddress(other)) || blockList(other).check(firstAddress(one));
}

/** True when all of `inner` lies in `outer`. */
export function contains(outer: string, inner: string): boolean {
  return blockList(outer).check(firstAddress(inner)) && prefixOf(inner) >= prefixOf(outer);
}

export function containsAddress(range: string, address: string): boolean {
  return blockList(range).check(address);
}

export function prefixOf(range: string): number {
  return Number(range.split("/")[1]);
}
