import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TestCloud } from "./support";

describe("IAM OIDC providers", () => {
  const issuer = { url: "https://issuer.example", clientIdLists: ["sts.amazonaws.com"] };

  const refused = {
    "an address without TLS": { url: "http://issuer.example" },
    "an address with a port": { url: "https://issuer.example:8443" },
    "an address with TLS's own port": { url: "https://issuer.example:443" },
    "an address with a query": { url: "https://issuer.example?tenant=1" },
    "an address of 256 characters": { url: `https://${"x".repeat(248)}` },
    "no audience": { clientIdLists: [] },
    "101 audiences": { clientIdLists: Array.from({ length: 101 }, (_, index) => `client-${index}`) },
    "an audience of 256 characters": { clientIdLists: ["x".repeat(256)] },
    "a thumbprint of 39 characters": { thumbprintLists: ["0".repeat(39)] },
    "six thumbprints": { thumbprintLists: Array.from({ length: 6 }, () => "0".repeat(40)) },
  };
  for (const [fault, change] of Object.entries(refused)) {
    test(`${fault} is refused`, (context) => {
      assert.equal(new TestCloud(context).faults("issuer", { ...issuer, ...change }).length, 1);
    });
  }

  test("an account has one for each address", async (context) => {
    const cloud = new TestCloud(context);
    const { id } = await cloud.create("issuer", issuer);
    assert.equal(id, "arn:aws:iam::123456789012:oidc-provider/issuer.example");
    await assert.rejects(cloud.create("issuer", issuer), /EntityAlreadyExists/);
    await cloud.create("issuer", { ...issuer, url: "https://issuer.example/tenant" });
  });

  test("another address is another provider", async (context) => {
    const cloud = new TestCloud(context);
    const made = await cloud.create("issuer", issuer);
    assert.deepEqual(cloud.replaced(made, { url: "https://other.example" }), ["url"]);
    assert.deepEqual(cloud.replaced(made, { clientIdLists: ["another"] }), []);
  });
});

describe("S3 buckets", () => {
  const names = {
    ab: false,
    "trinity-state": true,
    "Trinity-state": false,
    "-trinity": false,
    "trinity-": false,
    "trinity..state": false,
    "192.168.0.1": false,
    "xn--trinity": false,
    "trinity-s3alias": false,
    "trinity--x-s3": false,
    [`x${"y".repeat(62)}`]: true,
    [`x${"y".repeat(63)}`]: false,
  };
  for (const [bucket, allowed] of Object.entries(names)) {
    test(`${bucket} is ${allowed ? "a" : "no"} name for one`, (context) => {
      assert.equal(new TestCloud(context).faults("bucket", { bucket }).length, allowed ? 0 : 1);
    });
  }

  test("a name is taken once", async (context) => {
    const cloud = new TestCloud(context);
    await cloud.create("bucket", { bucket: "trinity-state" });
    await assert.rejects(cloud.create("bucket", { bucket: "trinity-state" }), /BucketAlreadyOwnedByYou/);
  });

  test("settings need their bucket", async (context) => {
    const cloud = new TestCloud(context);
    const bucket = "trinity-state";
    const settings = [
      ["versioning", { versioningConfiguration: { status: "Enabled" } }],
      ["encryption", { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] }],
      ["publicAccess", { blockPublicPolicy: true }],
      ["bucketPolicy", { policy: JSON.stringify({ Statement: [] }) }],
    ] as const;
    for (const [type, inputs] of settings) {
      await assert.rejects(cloud.create(type, { bucket, ...inputs }), /NoSuchBucket/, type);
    }
    await cloud.create("bucket", { bucket });
    for (const [type, inputs] of settings) {
      await cloud.create(type, { bucket, ...inputs });
    }
  });

  test("a key goes with KMS's encryption only, and there is one rule", (context) => {
    const cloud = new TestCloud(context);
    const faults = (...rules: object[]) => cloud.faults("encryption", { bucket: "trinity-state", rules }).length;
    const rule = (sseAlgorithm: string, kmsMasterKeyId?: string) => ({
      applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId },
    });
    assert.equal(faults(rule("aws:kms", "arn:aws:kms:us-east-1:123456789012:key/1")), 0);
    assert.equal(faults(rule("AES256", "arn:aws:kms:us-east-1:123456789012:key/1")), 1);
    assert.equal(faults(rule("AES512")), 1);
    assert.equal(faults(rule("AES256"), rule("aws:kms")), 1);
  });

  test("a status of versioning is one of S3's", (context) => {
    const inputs = { bucket: "trinity-state", versioningConfiguration: { status: "On" } };
    assert.equal(new TestCloud(context).faults("versioning", inputs).length, 1);
  });

  test("a policy speaks of its own bucket, and opens it to nobody where that is blocked", async (context) => {
    const cloud = new TestCloud(context);
    const bucket = "trinity-state";
    await cloud.create("bucket", { bucket });
    const policy = (statement: object, resource = `arn:aws:s3:::${bucket}/*`) => ({
      bucket,
      policy: JSON.stringify({
        Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: resource, ...statement }],
      }),
    });
    await assert.rejects(cloud.create("bucketPolicy", policy({}, "arn:aws:s3:::another/*")), /MalformedPolicy/);
    await assert.rejects(cloud.create("bucketPolicy", policy({}, `arn:aws:s3:::${bucket}-2`)), /MalformedPolicy/);
    const open = await cloud.create("bucketPolicy", policy({}));
    await cloud.create("publicAccess", { bucket, blockPublicPolicy: true });
    await assert.rejects(cloud.update(open, policy({})), /AccessDenied: public policies are blocked/);
    await assert.rejects(cloud.update(open, policy({ Principal: { AWS: "*" } })), /AccessDenied/);
    await cloud.update(open, policy({ Effect: "Deny" }));
  });

  test("a policy has at most 20 KB", (context) => {
    const policy = (length: number) => JSON.stringify({ Statement: [], Id: "x".repeat(length) });
    const cloud = new TestCloud(context);
    assert.equal(cloud.faults("bucketPolicy", { bucket: "trinity-state", policy: policy(20_000) }).length, 0);
    assert.equal(cloud.faults("bucketPolicy", { bucket: "trinity-state", policy: policy(20_480) }).length, 1);
  });
});
