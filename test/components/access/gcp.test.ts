import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Identities, type IdentitiesArgs } from "../../../components/access/gcp/identities";
import { StateBucket } from "../../../components/access/gcp/state-bucket";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { gcpMocks, refusal } from "../gcp/support";

const condition = { title: "Only cluster trinity-dev-gcp", expression: 'resource.name.endsWith("/clusters/x")' };

const args: IdentitiesArgs<"deploy" | "rollout"> = {
  project: "trinity-k8s",
  poolId: "trinity-dev-github",
  providerId: "github",
  issuer: "https://token.actions.githubusercontent.com",
  repository: { id: 5678, ownerId: 1234 },
  identities: {
    deploy: {
      accountId: "trinity-dev-deploy",
      description: "changes",
      subjects: ["repo:example/trinity:environment:dev", "repo:example@1234/trinity@5678:environment:dev"],
      roles: [
        {
          name: "project",
          id: "trinity.dev.deploy.project",
          title: "trinity dev deploy: the project",
          permissions: ["compute.networks.create", "compute.networks.get"],
          conditions: [undefined],
        },
        {
          name: "apps",
          id: "trinity.dev.deploy.apps",
          title: "trinity dev deploy: apps",
          permissions: ["storage.objects.create"],
          conditions: [condition, { ...condition, title: "Another" }],
        },
      ],
    },
    rollout: {
      accountId: "trinity-dev-rollout",
      description: "looks after",
      subjects: ["repo:example/trinity:environment:dev-rollout"],
      roles: [],
    },
  },
};

describe("Identities", () => {
  test("declares a pool that takes GitHub's tokens, and an account with its trust and its roles for each identity", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => new Identities("ci", args));
    assert.deepEqual(listOf(resources), [
      "gcp:iam/workloadIdentityPool:WorkloadIdentityPool ci-pool",
      "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider ci-provider",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-deploy-apps",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-deploy-project",
      "gcp:projects/iAMMember:IAMMember ci-deploy-apps-1",
      "gcp:projects/iAMMember:IAMMember ci-deploy-apps-2",
      "gcp:projects/iAMMember:IAMMember ci-deploy-project-1",
      "gcp:serviceaccount/account:Account ci-deploy",
      "gcp:serviceaccount/account:Account ci-rollout",
      "gcp:serviceaccount/iAMMember:IAMMember ci-deploy-repo:example/trinity:environment:dev",
      "gcp:serviceaccount/iAMMember:IAMMember ci-deploy-repo:example@1234/trinity@5678:environment:dev",
      "gcp:serviceaccount/iAMMember:IAMMember ci-rollout-repo:example/trinity:environment:dev-rollout",
      "trinity:gcp:Identities ci",
    ]);
    assert.deepEqual(unparented(resources), ["ci"]);
  });

  test("no other repository's tokens are taken, whatever its name is", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => new Identities("ci", args));
    assert.deepEqual(find(resources, "ci-provider").inputs, {
      workloadIdentityPoolId: "trinity-dev-github",
      workloadIdentityPoolProviderId: "github",
      displayName: "GitHub Actions",
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      attributeMapping: { "google.subject": "assertion.sub" },
      attributeCondition: 'assertion.repository_id == "5678" && assertion.repository_owner_id == "1234"',
    });
  });

  test("a subject may be its own identity's account, and no other", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => new Identities("ci", args));
    const trusts = resources.filter(({ type }) => type === "gcp:serviceaccount/iAMMember:IAMMember");
    const pool = "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools";
    const account = (name: string) =>
      `projects/trinity-k8s/serviceAccounts/${name}@trinity-k8s.iam.gserviceaccount.com`;
    assert.deepEqual(
      trusts.map(({ inputs }) => inputs),
      [
        ["trinity-dev-deploy", "repo:example/trinity:environment:dev"],
        ["trinity-dev-deploy", "repo:example@1234/trinity@5678:environment:dev"],
        ["trinity-dev-rollout", "repo:example/trinity:environment:dev-rollout"],
      ].map(([name = "", subject = ""]) => ({
        serviceAccountId: account(name),
        role: "roles/iam.workloadIdentityUser",
        member: `${pool}/trinity-dev-github/subject/${subject}`,
      })),
    );
  });

  test("a role has an id that no role of an earlier account had, and is granted once for each condition", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => new Identities("ci", args));
    assert.deepEqual(find(resources, "ci-deploy-project").inputs, {
      roleId: "trinity.dev.deploy.project.123456789012345678901",
      title: "trinity dev deploy: the project",
      permissions: ["compute.networks.create", "compute.networks.get"],
    });
    const member = "serviceAccount:trinity-dev-deploy@trinity-k8s.iam.gserviceaccount.com";
    const role = "projects/trinity-k8s/roles/trinity.dev.deploy.project.123456789012345678901";
    assert.deepEqual(find(resources, "ci-deploy-project-1").inputs, { project: "trinity-k8s", role, member });
    assert.deepEqual(find(resources, "ci-deploy-apps-1").inputs.condition, condition);
    assert.deepEqual(find(resources, "ci-deploy-apps-2").inputs.condition, { ...condition, title: "Another" });
  });

  test("hands out what a job logs in with", async () => {
    const { result } = await runWithMocks(gcpMocks, () => new Identities("ci", args));
    assert.equal(
      await valueOf(result.provider),
      "projects/123456789012/locations/global/workloadIdentityPools/trinity-dev-github/providers/github",
    );
    assert.equal(
      await valueOf(result.accounts.rollout.email),
      "trinity-dev-rollout@trinity-k8s.iam.gserviceaccount.com",
    );
  });

  test("refuses a subject of more than 127 characters, before anything is made", async () => {
    const context = ":environment:dev";
    const subject = (length: number) => `repo:example/${"r".repeat(length - 13 - context.length)}${context}`;
    const withSubject = (length: number) => ({
      ...args,
      identities: { ...args.identities, deploy: { ...args.identities.deploy, subjects: [subject(length)] } },
    });
    const { resources } = await runWithMocks(gcpMocks, () => {
      assert.throws(
        () => new Identities("ci", withSubject(128)),
        refusal("identities.deploy.subjects", /has 128 characters, and Google Cloud maps at most 127 .*a shorter name/),
      );
    });
    assert.deepEqual(resources, []);
    await runWithMocks(gcpMocks, () => new Identities("ci", withSubject(127)));
  });
});

describe("StateBucket", () => {
  const state = {
    bucketName: "trinity-k8s-trinity-dev-state",
    keyRingName: "trinity-dev-state",
    keyName: "state",
    region: "us-central1",
    labels: { project: "trinity" },
  };

  test("declares a bucket that is never public, and a key that is rotated; nothing takes them away by accident", async () => {
    const { result, resources } = await runWithMocks(gcpMocks, () => new StateBucket("state", state));
    assert.deepEqual(listOf(resources), [
      "gcp:kms/cryptoKey:CryptoKey state-key",
      "gcp:kms/keyRing:KeyRing state-key-ring",
      "gcp:storage/bucket:Bucket state-bucket",
      "trinity:gcp:StateBucket state",
    ]);
    assert.deepEqual(unparented(resources), ["state"]);
    assert.deepEqual(find(resources, "state-bucket").inputs, {
      name: "trinity-k8s-trinity-dev-state",
      labels: { project: "trinity" },
      location: "us-central1",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 90 } }],
      forceDestroy: false,
    });
    const key = find(resources, "state-key");
    assert.equal(key.inputs.rotationPeriod, "7776000s");
    assert.deepEqual(key.inputs.labels, { project: "trinity" });
    assert.ok(["state-bucket", "state-key-ring", "state-key"].every((name) => find(resources, name).protect));
    assert.equal(await valueOf(result.backend), "gs://trinity-k8s-trinity-dev-state");
    assert.equal(
      await valueOf(result.secretsProvider),
      "gcpkms://projects/trinity-k8s/locations/us-central1/keyRings/trinity-dev-state/cryptoKeys/state",
    );
  });
});
