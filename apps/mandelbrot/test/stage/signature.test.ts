import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerIsSigned, createVerifier, signAnswer, signRequest, tolerance } from "../../src/stage/signature.js";

const secret = "one secret of thirty-two letters";
const other = "another secret of as many letters";
const body = Buffer.from('{"view":1}');

describe("a signed request", () => {
  it("is taken once", () => {
    const verify = createVerifier([secret], "gcp");
    const signed = signRequest(secret, "gcp", body);
    assert.deepEqual(verify(signed, body), { secret });
    assert.deepEqual(verify(signed, body), { refusal: "replay" });
  });

  it("is refused with another body, time, nonce, secret or for another cloud", () => {
    const verify = createVerifier([secret], "gcp");
    const signed = signRequest(secret, "gcp", body);
    const refused = { refusal: "signature" };
    assert.deepEqual(verify(signed, Buffer.from('{"view":2}')), refused);
    assert.deepEqual(verify({ ...signed, time: signed.time + 1 }, body), refused);
    assert.deepEqual(verify({ ...signed, nonce: "another" }, body), refused);
    assert.deepEqual(verify({ ...signed, signature: "" }, body), refused);
    assert.deepEqual(verify({ ...signed, time: Number.NaN }, body), refused);
    assert.deepEqual(verify(signRequest(other, "gcp", body), body), refused);
    assert.deepEqual(verify(signRequest(secret, "aws", body), body), refused);
    assert.deepEqual(createVerifier([], "gcp")(signed, body), refused, "without a secret nobody is known");
    assert.deepEqual(verify(signed, body), { secret }, "none of them used it up");
  });

  it("is refused when its time is too far from ours, either way", () => {
    const verify = createVerifier([secret], "gcp");
    const now = Date.now();
    for (const [off, result] of [
      [-tolerance - 1, { refusal: "time" }],
      [-tolerance + 1, { secret }],
      [tolerance - 1, { secret }],
      [tolerance + 1, { refusal: "time" }],
    ] as const) {
      assert.deepEqual(verify(signRequest(secret, "gcp", body, now + off), body, now), result);
    }
  });

  it("stays known for as long as its time would let it in", () => {
    const verify = createVerifier([secret], "gcp");
    const now = Date.now();
    const early = signRequest(secret, "gcp", body, now + tolerance);
    assert.deepEqual(verify(early, body, now), { secret });
    assert.deepEqual(verify(early, body, now + 2 * tolerance), { refusal: "replay" });
    assert.deepEqual(verify(early, body, now + 2 * tolerance + 1), { refusal: "time" });
  });

  it("may be signed with any of the secrets, while they are changed", () => {
    const verify = createVerifier([secret, other], "gcp");
    assert.deepEqual(verify(signRequest(other, "gcp", body), body), { secret: other });
  });
});

it("an answer is known by its request, its bytes and the secret", () => {
  const request = signRequest(secret, "gcp", body);
  const signature = signAnswer(secret, request, body);
  assert.ok(answerIsSigned(secret, request, body, signature));
  assert.ok(!answerIsSigned(secret, signRequest(secret, "gcp", body), body, signature));
  assert.ok(!answerIsSigned(secret, request, Buffer.from("other"), signature));
  assert.ok(!answerIsSigned(other, request, body, signature));
});
