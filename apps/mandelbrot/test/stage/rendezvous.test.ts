import assert from "node:assert/strict";
import { it } from "node:test";
import { rendezvousOrder } from "../../src/stage/rendezvous.js";

const names = ["aws", "gcp", "azure"] as const;
const keys = Array.from({ length: 3_000 }, (_, index) => `tile ${index}`);

it("every cloud comes first for about a third of the tiles", () => {
  for (const name of names) {
    const share = keys.filter((key) => rendezvousOrder(key, names)[0] === name).length / keys.length;
    assert.ok(Math.abs(share - 1 / 3) < 0.04, `${name}: ${share}`);
  }
});

it("whoever asks, and in whatever order the clouds are named, the order is the same", () => {
  for (const key of keys) {
    assert.deepEqual(rendezvousOrder(key, names), rendezvousOrder(key, ["azure", "aws", "gcp"]));
  }
});

it("when a cloud goes out, only its own tiles go to others, and to both of them", () => {
  const moved = new Map<string, number>();
  for (const key of keys) {
    const [before] = rendezvousOrder(key, names);
    const [after = ""] = rendezvousOrder(key, ["aws", "azure"]);
    if (before === "gcp") {
      moved.set(after, (moved.get(after) ?? 0) + 1);
    } else {
      assert.equal(after, before);
    }
  }
  assert.ok((moved.get("aws") ?? 0) > 400 && (moved.get("azure") ?? 0) > 400);
});
