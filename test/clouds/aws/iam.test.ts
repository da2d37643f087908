import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeRole, TestCloud, trust } from "./support";

const role = { name: "role", assumeRolePolicy: trust("ec2.amazonaws.com") };

describe("IAM roles", () => {
  const refused = {
    "a name of 65": { name: "x".repeat(65) },
    "a space in the name": { name: "a role" },
    "a dash from a word processor": { description: "nodes \u2014 of a cluster" },
    "a quotation mark from a word processor": { description: "the cluster\u2019s nodes" },
    "a policy that is no JSON": { assumeRolePolicy: "{" },
    "a policy without a statement": { assumeRolePolicy: "{}" },
    "a policy with a character beyond Latin-1": { assumeRolePolicy: trust("\u2026") },
    "a policy of 2049 characters": { assumeRolePolicy: trust("x".repeat(2049)) },
    "a session of half an hour": { maxSessionDuration: 1800 },
  };
  for (const [fault, change] of Object.entries(refused)) {
    test(`${fault} is refused`, (context) => {
      assert.equal(new TestCloud(context).faults("role", { ...role, ...change }).length > 0, true);
    });
  }

  test("letters of western Europe in a description are fine", (context) => {
    assert.deepEqual(new TestCloud(context).faults("role", { ...role, description: "N\u0153uds" }).length, 1);
    assert.deepEqual(new TestCloud(context).faults("role", { ...role, description: "Caf\u00e9" }), []);
  });

  test("names that differ in case only clash", async (context) => {
    const cloud = new TestCloud(context);
    await cloud.create("role", role);
    await assert.rejects(cloud.create("role", { ...role, name: "ROLE" }), /EntityAlreadyExists/);
  });

  test("a role without a name is named after the program's, with seven digits", async (context) => {
    const { id } = await new TestCloud(context).create("role", { assumeRolePolicy: role.assumeRolePolicy });
    assert.match(id, /^role-1-[0-9a-f]{7}$/);
  });

  test("a role goes only without policies", async (context) => {
    const cloud = new TestCloud(context);
    const made = await makeRole(cloud, "role", "ec2.amazonaws.com", ["AmazonEKS_CNI_Policy"]);
    await assert.rejects(cloud.delete(made.role), /DeleteConflict/);
    for (const attachment of made.attachments) {
      await cloud.delete(attachment);
    }
    const inline = await cloud.create("rolePolicy", {
      role: made.role.id,
      policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } }),
    });
    await assert.rejects(cloud.delete(made.role), /DeleteConflict/);
    await cloud.delete(inline);
    await cloud.delete(made.role);
  });

  test("a policy that does not exist cannot be attached, nor an eleventh", async (context) => {
    const cloud = new TestCloud(context);
    const { id } = await cloud.create("role", role);
    const attach = (name: string) =>
      cloud.create("attachment", { role: id, policyArn: `arn:aws:iam::aws:policy/${name}` });
    await assert.rejects(attach("AmazonEC2ContainerRegistryPullOnyl"), /NoSuchEntity/);
    await assert.rejects(
      cloud.create("attachment", { role: id, policyArn: "arn:aws:iam::123456789012:policy/mine" }),
      /NoSuchEntity/,
    );
    for (let count = 0; count < 10; count += 1) {
      const policy = await cloud.create("policy", {
        policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } }),
      });
      await cloud.create("attachment", { role: id, policyArn: policy.properties.arn });
    }
    await assert.rejects(attach("AmazonEKS_CNI_Policy"), /LimitExceeded/);
  });

  test("a new role is seen everywhere only after a while, which the provider waits", async (context) => {
    const cloud = new TestCloud(context);
    const { id } = await cloud.create("role", role);
    const found = cloud.world.find("aws:iam/role:Role", id);
    assert.ok(found);
    // Times of a fast world are large: their last digits are lost.
    assert.equal(Math.round((found.visibleAt - found.readyAt) / 1000), 8);
  });

  test("permissions count", async (context) => {
    const cloud = new TestCloud(context);
    cloud.world.set("caller", { allow: ["*"], deny: ["iam:CreateRole"] });
    await assert.rejects(cloud.create("role", role), /AuthorizationFailed.*iam:CreateRole/);
  });
});

describe("KMS and logs", () => {
  test("a key waits 7 to 30 days for its deletion", (context) => {
    const cloud = new TestCloud(context);
    assert.deepEqual(cloud.faults("key", { deletionWindowInDays: 7 }), []);
    assert.equal(cloud.faults("key", { deletionWindowInDays: 6 }).length, 1);
    assert.equal(cloud.faults("key", { deletionWindowInDays: 31 }).length, 1);
  });

  test("an alias begins with alias/, names a key and is unique", async (context) => {
    const cloud = new TestCloud(context);
    const key = await cloud.create("key", { enableKeyRotation: true });
    const alias = { name: "alias/secrets", targetKeyId: key.id };
    assert.equal(cloud.faults("alias", { ...alias, name: "secrets" }).length, 1);
    assert.equal(cloud.faults("alias", { ...alias, name: "alias/aws/eks" }).length, 1);
    await assert.rejects(cloud.create("alias", { ...alias, targetKeyId: "0" }), /NotFoundException/);
    await cloud.create("alias", alias);
    await assert.rejects(cloud.create("alias", alias), /AlreadyExistsException/);
  });

  test("a log group is unique and keeps logs for one of certain times", async (context) => {
    const cloud = new TestCloud(context);
    assert.equal(cloud.faults("logs", { name: "group", retentionInDays: 31 }).length, 1);
    await cloud.create("logs", { name: "group", retentionInDays: 30 });
    await assert.rejects(cloud.create("logs", { name: "group" }), /ResourceAlreadyExistsException/);
  });
});
