import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import { backendRoot, fromBackend, readAddress, toBackend } from "../../rehearsal/registry/address";
import { createHostAuthority } from "../../rehearsal/registry/authority";
import { registryOwner } from "../../rehearsal/registry/hosts";

describe("a host's owner", () => {
  const table: [string, string | undefined][] = [
    ["123456789012.dkr.ecr.us-east-1.amazonaws.com", "aws"],
    ["us-central1-docker.pkg.dev", "gcp"],
    ["trinitydevazureacr.azurecr.io", "azure"],
    ["registry.rehearsal.internal", "stand-in"],
    ["gcr.io", undefined],
    ["x.trinitydevazureacr.azurecr.io", undefined],
    ["docker.pkg.dev", undefined],
  ];
  for (const [host, owner] of table) {
    test(`${host}: ${owner ?? "nobody"}`, () => {
      assert.equal(registryOwner(host), owner);
    });
  }
});

describe("an address", () => {
  test("is taken apart", () => {
    assert.deepEqual(readAddress("/v2/p/r/i/blobs/uploads/"), { name: "p/r/i", kind: "blobs", rest: "uploads/" });
    assert.deepEqual(readAddress("/v2/a/manifests/x"), { name: "a", kind: "manifests", rest: "x" });
    assert.deepEqual(readAddress("/v2/a/blobs/manifests/x"), { name: "a/blobs", kind: "manifests", rest: "x" });
    for (const other of ["/v2/", "/v2/_catalog", "/v2/A/manifests/x", "/v2/a/manifests/", "/v1/a/manifests/x"]) {
      assert.equal(readAddress(other), undefined, other);
    }
  });

  test("lies below its host and the time at which its repository was made", () => {
    assert.equal(backendRoot("h.io", undefined), "h.io");
    assert.equal(backendRoot("h.io", 1.5), "h.io/2");
    assert.equal(fromBackend("h.io/2", toBackend("h.io/2", "/v2/a/blobs/uploads/1")), "/v2/a/blobs/uploads/1");
  });

  test("carries its host to the backend, and not back", () => {
    assert.equal(toBackend("h.io", "/v2/a/blobs/sha256:1"), "/v2/h.io/a/blobs/sha256:1");
    assert.equal(
      toBackend("h.io", "/v2/a/blobs/uploads/?mount=sha256%3A1&from=b"),
      "/v2/h.io/a/blobs/uploads/?mount=sha256%3A1&from=h.io%2Fb",
    );
    assert.equal(fromBackend("h.io", "/v2/h.io/a/blobs/uploads/1?_state=x"), "/v2/a/blobs/uploads/1?_state=x");
  });
});

test("the authority's certificate is one, and signs itself", async () => {
  const certificate = new X509Certificate((await createHostAuthority()).certificate);
  assert.ok(certificate.ca);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.ok(certificate.validToDate.getTime() - Date.now() < 8 * 24 * 60 * 60 * 1000);
});
