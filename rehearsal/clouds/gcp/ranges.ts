/** True when two IPv4 networks share an address. */
export function overlap(left: string, right: string): boolean {
  const [a, b] = [bounds(left), bounds(right)];
  return a.first <= b.last && b.first <= a.last;
}

function bounds(cidr: string): { readonly first: number; readonly last: number } {
  const [address = "", prefix = "32"] = cidr.split("/");
  const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}
