import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressAt, addressCount, firstSubnet, overlap } from "../../../components/azure/cidr";

describe("address ranges", () => {
  test("count their addresses", () => {
    assert.equal(addressCount("10.240.0.0/22"), 1024);
    assert.equal(addressCount("0.0.0.0/0"), 2 ** 32);
    assert.equal(addressCount("255.255.255.255/32"), 1);
  });

  test("give their n-th address", () => {
    assert.equal(addressAt("172.16.0.0/16", 10), "172.16.0.10");
    assert.equal(addressAt("10.0.0.0/8", 256 * 256), "10.1.0.0");
    assert.throws(() => addressAt("10.0.0.0/30", 4), /no address number 4/);
  });

  test("give the first range of a size", () => {
    assert.equal(firstSubnet("10.240.0.0/16", 22), "10.240.0.0/22");
    assert.throws(() => firstSubnet("10.240.0.0/24", 22), /holds no range of \/22/);
  });

  const pairs: [string, string, boolean][] = [
    ["10.240.0.0/16", "10.240.255.0/24", true],
    ["10.240.255.0/24", "10.240.0.0/16", true],
    ["10.240.0.0/16", "10.241.0.0/16", false],
    ["128.0.0.0/1", "200.0.0.0/8", true],
  ];
  for (const [one, other, expected] of pairs) {
    test(`${one} and ${other} ${expected ? "overlap" : "do not overlap"}`, () => {
      assert.equal(overlap(one, other), expected);
    });
  }

  for (const text of ["10.0.0.0", "10.0.0/8", "10.0.0.256/24", "10.0.0.0/33", "2001:db8::/32", ""]) {
    test(`"${text}" is no range`, () => {
      assert.throws(() => addressCount(text), /not an IPv4 range such as 10\.240\.0\.0\/16/);
    });
  }

  test("a range that begins in its middle is refused with where it begins", () => {
    assert.throws(() => addressCount("10.0.1.0/16"), /does not begin at the range's first address, 10\.0\.0\.0/);
  });
});
