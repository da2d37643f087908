/** IPv4 address ranges in CIDR notation, as numbers. */
interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

const addressBits = 32;

/**
 * @param cidr for instance `10.240.0.0/16`
 * @throws RangeError when it is no IPv4 range, or its address is not the range's first
 */
function readRange(cidr: string): Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = (match ?? []).slice(1).map(Number);
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > addressBits) {
    throw new RangeError(`"${cidr}" is not an IPv4 range such as 10.240.0.0/16`);
  }
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (addressBits - prefix);
  if (first % size !== 0) {
    throw new RangeError(
      `"${cidr}" does not begin at the range's first address, ${addressText(first - (first % size))}`,
    );
  }
  return { first, last: first + size - 1, prefix };
}

function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Number of addresses in the range. @throws RangeError */
export function addressCount(cidr: string): number {
  const { first, last } = readRange(cidr);
  return last - first + 1;
}

/** The n-th address of the range, 0 being its first. @throws RangeError when the range has fewer */
export function addressAt(cidr: string, index: number): string {
  const { first, last } = readRange(cidr);
  if (first + index > last) {
    throw new RangeError(`"${cidr}" has no address number ${index}`);
  }
  return addressText(first + index);
}

/** The first range of `prefix` bits inside `cidr`. @throws RangeError when `cidr` is smaller than that */
export function firstSubnet(cidr: string, prefix: number): string {
  const range = readRange(cidr);
  if (prefix < range.prefix || prefix > addressBits) {
    throw new RangeError(`"${cidr}" holds no range of /${prefix}`);
  }
  return `${addressText(range.first)}/${prefix}`;
}

/** True when the two ranges share an address. @throws RangeError */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [readRange(one), readRange(other)];
  return a.first <= b.last && b.first <= a.last;
}
