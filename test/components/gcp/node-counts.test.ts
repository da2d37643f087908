import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { initialNodesPerZone } from "../../../components/gcp/node-counts";
import { refusal } from "./support";

describe("initialNodesPerZone", () => {
  const counts: [number, number, number][] = [
    [1, 3, 1],
    [3, 6, 1],
    [4, 6, 2],
    [6, 6, 2],
    [7, 9, 3],
  ];
  for (const [minimum, maximum, perZone] of counts) {
    test(`begins ${minimum} to ${maximum} with ${perZone} in each zone`, () => {
      assert.equal(initialNodesPerZone({ minimum, maximum }), perZone);
    });
  }

  const refusals: [number, number, RegExp][] = [
    [1, 2, /maximum 2 is below 3: a minimum of 1 is 1 in each of 3 zones/],
    [4, 5, /maximum 5 is below 6: a minimum of 4 is 2 in each of 3 zones/],
    [0, 3, /must be whole numbers from 1 on/],
    [1.5, 3, /must be whole numbers from 1 on/],
  ];
  for (const [minimum, maximum, words] of refusals) {
    test(`refuses ${minimum} to ${maximum}`, () => {
      assert.throws(() => initialNodesPerZone({ minimum, maximum }), refusal("nodes", words));
    });
  }
});
