import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { accountId } from "../../../rehearsal/clouds/aws/account";
import { credentialsOf } from "../../../rehearsal/clouds/aws/sessions";
import { startStateService } from "../../../rehearsal/clouds/aws/state-service";
import { TestCloud } from "./support";

const role = `arn:aws:iam::${accountId}:role/job`;

/** A bucket that is encrypted with a key, and a role that may read one folder of it. */
async function bucketWithReader(context: TestContext) {
  const cloud = new TestCloud(context);
  const { world } = cloud;
  const insert = (type: string, id: string, inputs: Record<string, unknown>, outputs: Record<string, unknown> = {}) => {
    world.insert({ type, id, identity: null, inputs, outputs, readyAt: 0, visibleAt: 0 });
  };
  const key = `arn:aws:kms:us-east-1:${accountId}:key/the-key`;
  insert("aws:kms/key:Key", "the-key", {}, { arn: key });
  insert("aws:kms/alias:Alias", "alias/state", { name: "alias/state", targetKeyId: "the-key" });
  insert("aws:s3/bucket:Bucket", "states", { bucket: "states" });
  insert("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "states", {
    bucket: "states",
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key } }],
  });
  const may = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
  const Statement = [
    may("s3:GetObject", "arn:aws:s3:::states/mine/*"),
    may("s3:PutObject", "arn:aws:s3:::states/mine/*"),
    may("kms:Decrypt", key),
  ];
  await cloud.create("role", {
    name: "job",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  await cloud.create("rolePolicy", {
    name: "reads",
    role: "job",
    policy: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
  const service = await startStateService(world.folder);
  context.after(() => service.stop());
  const session = (endsAt: number) => credentialsOf(world, { roleArn: role, name: "run", endsAt }).sessionToken;
  const ask = async (
    method: string,
    path: string,
    options: { body?: string; headers?: Record<string, string> } = {},
  ) => {
    const answer = await fetch(`${service.environment.AWS_ENDPOINT_URL_S3}${path}`, { method, ...options });
    return [answer.status, await answer.text()] as const;
  };
  return { ask, world, asJob: (endsAt = Date.now() + 60_000) => ({ "x-amz-security-token": session(endsAt) }) };
}

test("objects are kept, copied, listed by folders and deleted, in a bucket that the cloud holds", async (context) => {
  const { ask } = await bucketWithReader(context);
  assert.equal((await ask("PUT", "/states/mine/a", { body: "one" }))[0], 200);
  await ask("PUT", "/states/mine/b%20c", { headers: { "x-amz-copy-source": "states%2Fmine%2Fa" } });
  assert.deepEqual(await ask("GET", "/states/mine/b%20c"), [200, "one"]);
  const [, listing] = await ask("GET", "/states?list-type=2&delimiter=%2F&prefix=");
  assert.match(listing, /<CommonPrefixes><Prefix>mine\/<\/Prefix><\/CommonPrefixes>/);
  assert.match(
    (await ask("GET", "/states?list-type=2&prefix=mine%2F"))[1],
    /<Key>mine\/a<\/Key>.*<Key>mine\/b c<\/Key>/,
  );
  assert.equal((await ask("DELETE", "/states/mine/a"))[0], 204);
  assert.match((await ask("GET", "/states/mine/a")).join(), /404,.*NoSuchKey/);
  assert.match((await ask("GET", "/other/a")).join(), /404,.*NoSuchBucket/);
  assert.match((await ask("POST", "/states/mine/a?uploads")).join(), /501,.*NotImplemented.*POST/);
});

test("a job reads and writes what its role may, with the bucket's key, for as long as its session lasts", async (context) => {
  const { ask, world, asJob } = await bucketWithReader(context);
  await ask("PUT", "/states/mine/a", { body: "one" });
  await ask("PUT", "/states/other", { body: "two" });
  assert.deepEqual(await ask("GET", "/states/mine/a", { headers: asJob() }), [200, "one"]);
  assert.deepEqual(
    world.uses().map(({ action }) => action),
    ["kms:Decrypt", "s3:GetObject"],
  );
  assert.match((await ask("GET", "/states/other", { headers: asJob() })).join(), /403,.*s3:GetObject on resource/);
  // The object it may write, the key it may not use.
  assert.match(
    (await ask("PUT", "/states/mine/a", { body: "x", headers: asJob() })).join(),
    /403,.*<Code>AccessDenied<.*kms:GenerateDataKey/,
  );
  assert.deepEqual(await ask("GET", "/states/mine/a"), [200, "one"]);
  assert.match((await ask("GET", "/states/mine/a", { headers: asJob(0) })).join(), /400,.*ExpiredToken/);
});

test("secrets are encrypted with a key by any of its names, and read by who may", async (context) => {
  const { ask, asJob } = await bucketWithReader(context);
  const kms = (operation: string, body: object, headers = {}) =>
    ask("POST", "/", {
      body: JSON.stringify(body),
      headers: { "x-amz-target": `TrentService.${operation}`, ...headers },
    });
  const [status, encrypted] = await kms("Encrypt", { KeyId: "alias/state", Plaintext: "cGxhaW4=" });
  assert.equal(status, 200);
  const { CiphertextBlob } = JSON.parse(encrypted) as { readonly CiphertextBlob: string };
  assert.match((await kms("Decrypt", { CiphertextBlob }, asJob())).join(), /200,.*"Plaintext":"cGxhaW4="/);
  const refused = await kms("Encrypt", { KeyId: "alias/state", Plaintext: "cGxhaW4=" }, asJob());
  assert.match(refused.join(), /400,.*AccessDeniedException.*kms:Encrypt/);
  assert.match((await kms("Encrypt", { KeyId: "alias/none", Plaintext: "" })).join(), /400,.*NotFoundException/);
  assert.match((await kms("Sign", {})).join(), /400,.*UnknownOperationException/);
});
