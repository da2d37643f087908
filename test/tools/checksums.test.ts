import assert from "node:assert/strict";
import test from "node:test";
import { publishedChecksum } from "../../rehearsal/tools/checksums";

const hash = "ab".repeat(32);
const other = "cd".repeat(32);

test("sha256sum lines, in text and binary mode, with folders, and among a signature", () => {
  assert.equal(publishedChecksum(`${other}  b.tar.gz\n${hash}  a.tar.gz\n`, "a.tar.gz", "sha256sum"), hash);
  assert.equal(publishedChecksum(`${hash} *a.tar.gz\n`, "a.tar.gz", "sha256sum"), hash);
  assert.equal(publishedChecksum(`${hash}  ./dist/a.tar.gz\n`, "a.tar.gz", "sha256sum"), hash);
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${hash}  runc.amd64\n-----BEGIN PGP SIGNATURE-----\n`;
  assert.equal(publishedChecksum(signed, "runc.amd64", "sha256sum"), hash);
});

test("a file with nothing but the hash", () => {
  assert.equal(publishedChecksum(`${hash}\n`, "registry.tar.gz", "sha256sum"), hash);
});

test("the subject of an in-toto statement", () => {
  const statement = JSON.stringify({
    subject: [
      { name: "b.tar.gz", digest: { sha256: other } },
      { name: "a.tar.gz", digest: { sha256: hash } },
    ],
  });
  assert.equal(publishedChecksum(statement, "a.tar.gz", "in-toto"), hash);
});

for (const [what, text, format] of [
  ["another file's line", `${hash}  b.tar.gz\n`, "sha256sum"],
  ["a name that only ends alike", `${hash}  not-a.tar.gz\n`, "sha256sum"],
  ["a page", "<html>Sign in</html>", "sha256sum"],
  ["a short hash", `${hash.slice(1)}  a.tar.gz\n`, "sha256sum"],
  ["no statement", "<html>", "in-toto"],
  ["a statement without that subject", JSON.stringify({ subject: [] }), "in-toto"],
  ["a subject without a hash", JSON.stringify({ subject: [{ name: "a.tar.gz", digest: {} }] }), "in-toto"],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => publishedChecksum(text, "a.tar.gz", format), /no SHA-256 for a\.tar\.gz/);
  });
}
