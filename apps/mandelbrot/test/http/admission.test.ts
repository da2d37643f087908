import assert from "node:assert/strict";
import { it } from "node:test";
import { Admission } from "../../src/http/admission.js";

it("pixels are let in up to the limit, and beyond it once others are answered", () => {
  const admission = new Admission(100);
  const leave = admission.enter(60);
  admission.enter(40);
  assert.throws(() => admission.enter(1), { status: 503, retryAfter: 1 });
  leave();
  leave();
  assert.equal(admission.pendingPixels, 40, "who leaves twice has left once");
  admission.enter(60);
});

it("what is larger than the limit is let in alone", () => {
  const admission = new Admission(100);
  const leave = admission.enter(1_000);
  assert.throws(() => admission.enter(1), { status: 503 });
  leave();
  admission.enter(1);
});
