import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkRanges, defaultRanges, dnsAddress, nodeSubnetRange } from "../../../components/azure/network-plan";
import { overlap } from "../../../components/azure/cidr";
import { refusal } from "./support";

describe("network plan", () => {
  test("the nodes' subnet is the first of its size", () => {
    assert.equal(nodeSubnetRange("10.240.0.0/16", 22), "10.240.0.0/22");
  });

  test("a subnet smaller than Azure makes is refused", () => {
    assert.throws(() => nodeSubnetRange("10.240.0.0/16", 30), refusal("nodeSubnetPrefix", /\/29 or larger/));
  });

  test("a network smaller than the subnet is refused", () => {
    assert.throws(() => nodeSubnetRange("10.240.0.0/24", 22), refusal("nodeSubnetPrefix", /holds no range of \/22/));
  });

  test("the cluster's DNS has the services' tenth address", () => {
    assert.equal(dnsAddress("172.16.0.0/16"), "172.16.0.10");
    assert.throws(() => dnsAddress("172.16.0.0/29"), refusal("ranges.services", /no address number 10/));
  });

  test("the default ranges overlap neither each other nor the default network", () => {
    assert.doesNotThrow(() => {
      checkRanges(defaultRanges, 256);
    });
    assert.ok(!overlap(defaultRanges.pods, "10.240.0.0/16"));
    assert.ok(!overlap(defaultRanges.services, "10.240.0.0/16"));
  });

  test("more nodes than the pods' range has room for are refused", () => {
    assert.throws(
      () => {
        checkRanges(defaultRanges, 257);
      },
      refusal("ranges", /holds 256 nodes, not 257/),
    );
  });

  test("overlapping ranges are refused", () => {
    assert.throws(
      () => {
        checkRanges({ pods: "10.244.0.0/16", services: "10.244.128.0/20" }, 2);
      },
      refusal("ranges", /overlap/),
    );
  });
});
