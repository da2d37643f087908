import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nodeSubnetRange } from "../../../components/azure/network-plan";
import { refusal } from "./support";

describe("the nodes' subnet", () => {
  for (const network of ["10.240.0.0/16", "10.240.0.0/22"]) {
    test(`of ${network} is its first /22`, () => {
      assert.equal(nodeSubnetRange(network), "10.240.0.0/22");
    });
  }

  const refusals: [string, RegExp][] = [
    ["10.240.0.0/23", /must be a \/22 or larger/],
    ["10.240.0.0", /must be an IPv4 network/],
    ["10.244.0.0/16", /must not begin within 10\.244\.0\.0\/16/],
    ["172.16.0.0/12", /must not begin within 172\.16\.0\.0\/16/],
  ];
  for (const [network, words] of refusals) {
    test(`${network} is refused`, () => {
      assert.throws(() => nodeSubnetRange(network), refusal("addressSpace", words));
    });
  }

  test("may be in a network that holds the cluster's ranges elsewhere", () => {
    assert.equal(nodeSubnetRange("10.0.0.0/8"), "10.0.0.0/22");
  });
});
