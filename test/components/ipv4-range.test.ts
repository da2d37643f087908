import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { overlap, parseRange, part } from "../../components/ipv4-range";

const parse = (cidr: string) => parseRange("network", cidr);

describe("IPv4 ranges", () => {
  test("begin at an address, as a number", () => {
    assert.deepEqual(parse("10.0.0.0/8"), { first: 10 * 2 ** 24, prefix: 8 });
    assert.deepEqual(parse("0.0.0.0/0"), { first: 0, prefix: 0 });
    assert.deepEqual(parse("255.255.255.255/32"), { first: 2 ** 32 - 1, prefix: 32 });
  });

  for (const text of ["10.0.0.0", "10.0.0/8", "10.0.0.256/24", "10.0.0.0/33", "2001:db8::/32", ""]) {
    test(`"${text}" is none`, () => {
      assert.throws(() => parse(text), {
        propertyPath: "network",
        reason: `"${text}" must be an IPv4 network in CIDR notation, for instance 10.0.0.0/16`,
      });
    });
  }

  test("one that begins in its middle is refused with where it begins", () => {
    assert.throws(() => parse("200.0.1.0/12"), {
      propertyPath: "network",
      reason: '"200.0.1.0/12" must begin at a multiple of its size: 200.0.0.0/12',
    });
  });

  const parts: [string, number, number, string][] = [
    ["10.240.0.0/16", 22, 0, "10.240.0.0/22"],
    ["10.0.0.0/8", 16, 1, "10.1.0.0/16"],
    ["240.0.0.0/16", 20, 14, "240.0.224.0/20"],
    ["172.31.255.0/24", 28, 15, "172.31.255.240/28"],
  ];
  for (const [range, prefix, index, expected] of parts) {
    test(`part ${index} of ${range} in /${prefix} is ${expected}`, () => {
      assert.equal(part(parse(range), prefix, index), expected);
    });
  }

  const pairs: [string, string, boolean][] = [
    ["10.240.0.0/16", "10.240.255.0/24", true],
    ["10.240.255.0/24", "10.240.0.0/16", true],
    ["10.240.0.0/16", "10.241.0.0/16", false],
    ["128.0.0.0/1", "200.0.0.0/8", true],
    ["0.0.0.0/0", "255.255.255.255/32", true],
  ];
  for (const [one, other, expected] of pairs) {
    test(`${one} and ${other} ${expected ? "overlap" : "do not overlap"}`, () => {
      assert.equal(overlap(parse(one), parse(other)), expected);
    });
  }
});
