import { InputPropertyError } from "@pulumi/pulumi";

/** An IPv4 network: its first address as a number, and how many leading bits are fixed. */
export interface Ipv4Range {
  readonly first: number;
  readonly prefix: number;
}

/**
 * Reads a network in CIDR notation.
 *
 * @param property the argument that it was given as, for the error
 * @throws InputPropertyError for anything but an IPv4 network whose host bits are all zero
 */
export function parseRange(property: string, cidr: string): Ipv4Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [bytes, prefix] = [(match ?? []).slice(1, 5).map(Number), Number(match?.[5])];
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || !(prefix <= 32)) {
    throw invalidRange(property, cidr, "must be an IPv4 network in CIDR notation, for instance 10.0.0.0/16");
  }
  const first = bytes.reduce((address, byte) => address * 256 + byte, 0);
  const inner = first % size(prefix);
  if (inner !== 0) {
    throw invalidRange(
      property,
      cidr,
      `must begin at a multiple of its size: ${format({ first: first - inner, prefix })}`,
    );
  }
  return { first, prefix };
}

/** The part with that index, in CIDR notation, of a network that is cut into parts with that prefix. */
export function part(range: Ipv4Range, prefix: number, index: number): string {
  return format({ first: range.first + index * size(prefix), prefix });
}

/** True when the two networks share an address. */
export function overlap(one: Ipv4Range, other: Ipv4Range): boolean {
  const larger = size(Math.min(one.prefix, other.prefix));
  return Math.floor(one.first / larger) === Math.floor(other.first / larger);
}

/** A refusal that names the argument, its value and the rule. */
export function invalidRange(property: string, cidr: string, rule: string): InputPropertyError {
  return new InputPropertyError({ propertyPath: property, reason: `"${cidr}" ${rule}` });
}

function format({ first, prefix }: Ipv4Range): string {
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

/** Number of addresses. */
function size(prefix: number): number {
  return 2 ** (32 - prefix);
}
