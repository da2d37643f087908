import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { provePull } from "../../../rehearsal/clouds/aws/pull";
import { type Made, nodeInputs, TestCloud, trust } from "./support";

const repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app";
const repositoryArn = "arn:aws:ecr:us-east-1:123456789012:repository/app";

async function cluster(cloud: TestCloud) {
  const made = await nodeInputs(cloud);
  await cloud.create("nodes", made.inputs);
  await cloud.create("repository", { name: "app", imageTagMutability: "IMMUTABLE" });
  const [, , pull] = made.nodeRole.attachments;
  assert.ok(pull);
  return { ...made, pull, roleName: made.nodeRole.role.id };
}

function policy(...statements: readonly unknown[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function prove(cloud: TestCloud) {
  return provePull(cloud.world, "test", repository);
}

async function inline(cloud: TestCloud, role: string, ...statements: readonly unknown[]): Promise<Made> {
  return cloud.create("rolePolicy", { role, policy: policy(...statements) });
}

const login = { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };
const images = {
  Effect: "Allow",
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  Resource: repositoryArn,
};

describe("provePull", () => {
  test("AmazonEC2ContainerRegistryPullOnly is enough", async (context) => {
    const cloud = new TestCloud(context);
    await cluster(cloud);
    assert.deepEqual(prove(cloud), {
      allowed: true,
      identity: "arn:aws:iam::123456789012:role/nodes",
      grant: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    });
  });

  test("without it the missing grant is named", async (context) => {
    const cloud = new TestCloud(context);
    const { pull } = await cluster(cloud);
    await cloud.delete(pull);
    assert.deepEqual(prove(cloud), {
      allowed: false,
      identity: "arn:aws:iam::123456789012:role/nodes",
      missing: "ecr:GetAuthorizationToken on * for arn:aws:iam::123456789012:role/nodes",
    });
  });

  test("an inline policy does too, for this repository only", async (context) => {
    const cloud = new TestCloud(context);
    const { pull, roleName } = await cluster(cloud);
    await cloud.delete(pull);
    const other = await inline(cloud, roleName, login, { ...images, Resource: `${repositoryArn}-other` });
    const decision = prove(cloud);
    assert.ok(!decision.allowed);
    assert.match(decision.missing, /ecr:BatchGetImage on .*repository\/app /);
    await cloud.delete(other);
    await inline(cloud, roleName, login, {
      ...images,
      Action: "ecr:*Get*",
      Resource: "arn:aws:ecr:*:*:repository/a??",
    });
    // GetDownloadUrlForLayer and BatchGetImage both hold "Get".
    assert.equal(prove(cloud).allowed, true);
  });

  test("an explicit Deny wins", async (context) => {
    const cloud = new TestCloud(context);
    const { roleName } = await cluster(cloud);
    await inline(cloud, roleName, { Effect: "Deny", Action: "ecr:getdownloadurl*", Resource: "*" });
    const decision = prove(cloud);
    assert.ok(!decision.allowed);
    assert.match(decision.missing, /ecr:GetDownloadUrlForLayer .*denied by inline policy/);
  });

  test("an Allow under a condition is none", async (context) => {
    const cloud = new TestCloud(context);
    const { pull, roleName } = await cluster(cloud);
    await cloud.delete(pull);
    await inline(cloud, roleName, login, { ...images, Condition: { StringEquals: { "aws:SourceVpc": "vpc-0" } } });
    assert.equal(prove(cloud).allowed, false);
  });

  test("NotAction and NotResource are read as IAM reads them", async (context) => {
    const cloud = new TestCloud(context);
    const { pull, roleName } = await cluster(cloud);
    await cloud.delete(pull);
    const all = await inline(cloud, roleName, { Effect: "Allow", NotAction: "iam:*", Resource: "*" });
    assert.equal(prove(cloud).allowed, true);
    await cloud.delete(all);
    await inline(cloud, roleName, login, { ...images, Resource: undefined, NotResource: repositoryArn });
    assert.equal(prove(cloud).allowed, false);
  });

  test("the repository's policy may allow images but no login, and may deny", async (context) => {
    const cloud = new TestCloud(context);
    const { pull, roleName, nodeRole } = await cluster(cloud);
    await cloud.delete(pull);
    const grant = { Effect: "Allow", Principal: { AWS: nodeRole.arn }, Action: "ecr:*" };
    const own = await cloud.create("repositoryPolicy", { repository: "app", policy: policy(grant) });
    const without = prove(cloud);
    assert.ok(!without.allowed);
    assert.match(without.missing, /GetAuthorizationToken/);
    await inline(cloud, roleName, login);
    assert.equal(prove(cloud).allowed, true);
    await cloud.update(own, {
      policy: policy({ ...grant, Principal: { AWS: "arn:aws:iam::123456789012:role/other" } }),
    });
    assert.equal(prove(cloud).allowed, false);
    await cloud.update(own, { policy: policy({ ...grant, Effect: "Deny", Principal: "*" }) });
    await inline(cloud, roleName, images);
    const denied = prove(cloud);
    assert.ok(!denied.allowed);
    assert.match(denied.missing, /denied by policy of repository app/);
  });

  test("a policy of the account's own counts when it is attached", async (context) => {
    const cloud = new TestCloud(context);
    const { pull, roleName } = await cluster(cloud);
    await cloud.delete(pull);
    const own = await cloud.create("policy", { name: "pull", policy: policy(login, images) });
    assert.equal(prove(cloud).allowed, false);
    await cloud.create("attachment", { role: roleName, policyArn: own.properties.arn });
    assert.equal(prove(cloud).allowed, true);
  });

  test("every node group counts", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await cluster(cloud);
    const role = await cloud.create("role", { name: "other", assumeRolePolicy: trust("ec2.amazonaws.com") });
    for (const name of ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"]) {
      await cloud.create("attachment", { role: role.id, policyArn: `arn:aws:iam::aws:policy/${name}` });
    }
    await cloud.create("nodes", { ...inputs, nodeGroupName: "second", nodeRoleArn: role.properties.arn });
    const decision = prove(cloud);
    assert.ok(!decision.allowed);
    assert.equal(decision.identity, "arn:aws:iam::123456789012:role/other");
  });

  test("a cluster without nodes, and a repository that does not exist", async (context) => {
    const cloud = new TestCloud(context);
    await cluster(cloud);
    assert.deepEqual(provePull(cloud.world, "other", repository), {
      allowed: false,
      identity: "nobody",
      missing: "a node group in cluster other",
    });
    assert.deepEqual(provePull(cloud.world, "test", `${repository}-other`), {
      allowed: false,
      identity: "arn:aws:iam::123456789012:role/nodes",
      missing: `repository ${repository}-other`,
    });
  });
});
