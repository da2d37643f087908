import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { divideNetwork } from "../../../components/gcp/ranges";
import { refusal } from "./support";

describe("divideNetwork", () => {
  const divisions: [string, { nodes: string; services: string; pods: string }][] = [
    ["10.16.0.0/12", { nodes: "10.16.0.0/20", services: "10.16.16.0/20", pods: "10.24.0.0/13" }],
    ["10.0.0.0/8", { nodes: "10.0.0.0/16", services: "10.1.0.0/16", pods: "10.128.0.0/9" }],
    ["192.168.0.0/16", { nodes: "192.168.0.0/24", services: "192.168.1.0/24", pods: "192.168.128.0/17" }],
    ["172.16.16.0/20", { nodes: "172.16.16.0/28", services: "172.16.16.16/28", pods: "172.16.24.0/21" }],
  ];
  for (const [network, ranges] of divisions) {
    test(`gives ${network} nodes, services and pods`, () => {
      assert.deepEqual(divideNetwork(network, 6), ranges);
    });
  }

  const refusals: [string, RegExp][] = [
    ["10.0.0.0/7", /"10\.0\.0\.0\/7" must have a prefix from \/8 to \/20/],
    ["10.0.0.0/21", /"10\.0\.0\.0\/21" must have a prefix from \/8 to \/20/],
    ["10.0.1.0/12", /"10\.0\.1\.0\/12" must begin at a multiple of its size: 10\.0\.0\.0\/12/],
    ["10.0.0.0", /must be an IPv4 network in CIDR notation/],
  ];
  for (const [network, words] of refusals) {
    test(`refuses ${network}`, () => {
      assert.throws(() => divideNetwork(network, 6), refusal("networkCidr", words));
    });
  }
});

const rooms: [string, number][] = [
  ["10.16.0.0/12", 2047],
  ["192.168.0.0/16", 127],
  ["172.16.16.0/20", 7],
];
for (const [network, room] of rooms) {
  test(`${network} has room for the pods of ${room} nodes, and for one more while they are upgraded`, () => {
    assert.ok(divideNetwork(network, room));
    assert.throws(
      () => divideNetwork(network, room + 1),
      refusal("networkCidr", new RegExp(`has room for the pods of ${room} nodes, not of ${room + 1}`)),
    );
  });
}
