import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Identities } from "../../../components/access/aws/identities";
import { StateBucket } from "../../../components/access/aws/state-bucket";
import { find, listOf, type MockTables, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { tags } from "../aws/tables";

const account = "arn:aws:iam::123456789012";

const tables: MockTables = {
  resources: {
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": () => ({ arn: `${account}:oidc-provider/issuer.example` }),
    "aws:iam/role:Role": (inputs) => ({ arn: `${account}:role/${String(inputs.name)}` }),
    "aws:iam/policy:Policy": (inputs) => ({ arn: `${account}:policy/${String(inputs.name)}` }),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": () => ({}),
    "aws:kms/key:Key": () => ({ arn: "arn:aws:kms:us-east-1:123456789012:key/1" }),
    "aws:kms/alias:Alias": () => ({}),
    "aws:s3/bucket:Bucket": (inputs) => ({ id: inputs.bucket, arn: `arn:aws:s3:::${String(inputs.bucket)}` }),
    "aws:s3/bucketVersioning:BucketVersioning": () => ({}),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": () => ({}),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": () => ({}),
    "aws:s3/bucketPolicy:BucketPolicy": () => ({}),
  },
};

const args = {
  issuer: "https://issuer.example",
  audience: "sts.amazonaws.com",
  roles: {
    deploy: {
      roleName: "trinity-dev-ci-deploy",
      description: "CI of dev, deploy",
      sessionSeconds: 7200,
      trust: (provider: string) => `trusts ${provider}`,
      policies: {
        network: { policyName: "trinity-dev-ci-deploy-network", document: "may network" },
        cluster: { policyName: "trinity-dev-ci-deploy-cluster", document: "may cluster" },
      },
    },
    push: {
      roleName: "trinity-dev-ci-push",
      description: "CI of dev, push",
      sessionSeconds: 3600,
      trust: (provider: string) => `trusts ${provider}`,
      policies: { images: { policyName: "trinity-dev-ci-push-images", document: "may images" } },
    },
  },
  tags,
};

describe("Identities", () => {
  const children = [
    "aws:iam/policy:Policy ci-deploy-cluster",
    "aws:iam/policy:Policy ci-deploy-network",
    "aws:iam/policy:Policy ci-push-images",
    "aws:iam/role:Role ci-deploy-role",
    "aws:iam/role:Role ci-push-role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment ci-deploy-cluster",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment ci-deploy-network",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment ci-push-images",
    "trinity:aws:Identities ci",
    "trinity:aws:JobRole ci-deploy",
    "trinity:aws:JobRole ci-push",
  ];
  const provider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider ci-issuer";

  test("declares the issuer, and a role with its policies for each kind of job, all below itself", async () => {
    const { resources } = await runWithMocks(tables, () => new Identities("ci", args));
    assert.deepEqual(listOf(resources), [provider, ...children]);
    assert.deepEqual(unparented(resources), ["ci"]);
    assert.deepEqual(find(resources, "ci-issuer").inputs, {
      url: "https://issuer.example",
      clientIdLists: ["sts.amazonaws.com"],
      tags,
    });
  });

  test("makes each role for its own jobs, with its own policies and nothing else", async () => {
    const { resources } = await runWithMocks(tables, () => new Identities("ci", args));
    assert.deepEqual(find(resources, "ci-deploy-role").inputs, {
      name: "trinity-dev-ci-deploy",
      description: "CI of dev, deploy",
      assumeRolePolicy: `trusts ${account}:oidc-provider/issuer.example`,
      maxSessionDuration: 7200,
      tags,
    });
    assert.deepEqual(find(resources, "ci-push-images", "aws:iam/policy:Policy").inputs, {
      name: "trinity-dev-ci-push-images",
      policy: "may images",
      tags,
    });
    assert.deepEqual(find(resources, "ci-push-images", "aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs, {
      role: "trinity-dev-ci-push",
      policyArn: `${account}:policy/trinity-dev-ci-push-images`,
    });
  });

  test("takes the account's issuer where it is there already", async () => {
    const existingProvider = `${account}:oidc-provider/there`;
    const { resources } = await runWithMocks(tables, () => new Identities("ci", { ...args, existingProvider }));
    assert.deepEqual(listOf(resources), children);
    assert.equal(find(resources, "ci-push-role").inputs.assumeRolePolicy, `trusts ${existingProvider}`);
  });

  test("hands out the roles once their policies are attached", async () => {
    const { result } = await runWithMocks(tables, () => new Identities("ci", args));
    assert.deepEqual(await valueOf(result.arns), {
      deploy: `${account}:role/trinity-dev-ci-deploy`,
      push: `${account}:role/trinity-dev-ci-push`,
    });
  });
});

describe("StateBucket", () => {
  const bucket = { bucketName: "trinity-dev-state-1", keyAlias: "alias/trinity-dev-state", region: "us-east-1", tags };

  test("declares a bucket, its key and its settings, all below itself; bucket and key are protected", async () => {
    const { resources } = await runWithMocks(tables, () => new StateBucket("s", bucket));
    assert.deepEqual(listOf(resources), [
      "aws:kms/alias:Alias s-key",
      "aws:kms/key:Key s-key",
      "aws:s3/bucket:Bucket s-bucket",
      "aws:s3/bucketPolicy:BucketPolicy s-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock s-closed",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration s-encryption",
      "aws:s3/bucketVersioning:BucketVersioning s-versions",
      "trinity:aws:StateBucket s",
    ]);
    assert.deepEqual(unparented(resources), ["s"]);
    assert.deepEqual(
      resources
        .filter(({ protect }) => protect)
        .map(({ type }) => type)
        .sort(),
      ["aws:kms/key:Key", "aws:s3/bucket:Bucket"],
    );
  });

  test("keeps versions, encrypts with its key, and is open to nobody", async () => {
    const { resources } = await runWithMocks(tables, () => new StateBucket("s", bucket));
    assert.deepEqual(find(resources, "s-versions").inputs.versioningConfiguration, { status: "Enabled" });
    assert.equal(find(resources, "s-key", "aws:kms/key:Key").inputs.enableKeyRotation, true);
    assert.deepEqual(find(resources, "s-encryption").inputs.rules, [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: "arn:aws:kms:us-east-1:123456789012:key/1",
        },
        bucketKeyEnabled: true,
      },
    ]);
    assert.deepEqual(find(resources, "s-closed").inputs, {
      bucket: "trinity-dev-state-1",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(JSON.parse(String(find(resources, "s-policy").inputs.policy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::trinity-dev-state-1", "arn:aws:s3:::trinity-dev-state-1/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  test("says where it is as Pulumi's command line takes it", async () => {
    const { result } = await runWithMocks(tables, () => new StateBucket("s", bucket));
    assert.equal(await valueOf(result.backend), "s3://trinity-dev-state-1?region=us-east-1&awssdk=v2");
    assert.equal(result.secretsProvider, "awskms://alias/trinity-dev-state?region=us-east-1");
  });
});
