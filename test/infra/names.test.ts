import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gcpScopes } from "../../infra/access/gcp/scopes";
import { awsBootstrapNames, awsNames, azureNames, gcpBootstrapNames, gcpNames } from "../../infra/names";

const settings = { project: "trinity", env: "dev" };

describe("names of the design", () => {
  test("AWS", () => {
    const names = awsNames(settings);
    assert.equal(names.cluster, "trinity-dev-aws");
    assert.equal(names.repository("mandelbrot"), "trinity-dev-aws-mandelbrot");
    assert.equal(names.rootApplication, "trinity-dev-aws-root");
    assert.equal(names.controlPlaneRole, "trinity-dev-aws-control-plane");
    assert.equal(names.nodeRole, "trinity-dev-aws-nodes");
    assert.equal(names.nodeGroup, "trinity-dev-aws-nodes-group");
  });

  test("what CI logs in to AWS with", () => {
    const names = awsBootstrapNames(settings);
    assert.equal(names.role("deploy"), "trinity-dev-ci-deploy");
    assert.equal(names.policy("deploy", "network"), "trinity-dev-ci-deploy-network");
    assert.equal(names.stateBucket("123456789012"), "trinity-dev-state-123456789012");
    assert.equal(names.stateKeyAlias, "alias/trinity-dev-state");
  });

  test("Google Cloud", () => {
    const names = gcpNames(settings);
    assert.equal(names.repository("mandelbrot"), "trinity-dev-gcp-mandelbrot");
    assert.equal(names.nodeServiceAccount, "trinity-dev-gcp-nodes");
  });

  test("Azure: a registry without hyphens, the app as its repository", () => {
    const names = azureNames(settings);
    assert.equal(names.registry, "trinitydevazureacr");
    assert.equal(names.repository("mandelbrot"), "mandelbrot");
  });

  test("Azure: another project name where this one is taken", () => {
    assert.equal(azureNames({ ...settings, azureProject: "acmedev" }).registry, "acmedevazureacr");
  });

  test("hyphens leave the Azure registry's name only", () => {
    const names = azureNames({ project: "my-shop", env: "dev" });
    assert.equal(names.registry, "myshopdevazureacr");
    assert.equal(names.cluster, "my-shop-dev-azure");
  });
});

describe("names of what CI logs in with", () => {
  test("Google Cloud", () => {
    const names = gcpBootstrapNames(settings, "trinity-k8s");
    assert.equal(names.pool, "trinity-dev-github");
    assert.equal(names.serviceAccount("rollout"), "trinity-dev-rollout");
    assert.equal(names.stateBucket, "trinity-k8s-trinity-dev-state");
    assert.equal(names.role("deploy", "cluster"), "trinity.dev.deploy.cluster");
  });

  test("Google Cloud: a role's name has no hyphen", () => {
    const names = gcpBootstrapNames({ project: "my-shop", env: "dev" }, "my-shop-1");
    assert.equal(names.role("deploy", "cluster"), "my_shop.dev.deploy.cluster");
  });

  test("Google Cloud: what fits an account fits its roles", () => {
    const names = gcpBootstrapNames({ project: "p".repeat(18), env: "dev" }, "trinity-k8s");
    assert.equal(names.serviceAccount("rollout").length, 30);
    for (const scope of Object.keys(gcpScopes)) names.role("preview", scope);
  });
});

describe("a name that its cloud refuses", () => {
  const refusals: [string, () => unknown, RegExp][] = [
    [
      "Google service account, 30 characters",
      () => gcpNames({ project: "trinity-platform", env: "production" }),
      /Google service account name "trinity-platform-production-gcp-nodes".*7 characters too long: 6 to 30/s,
    ],
    [
      "Google workload identity pool, 32 characters",
      () => gcpBootstrapNames({ project: "p".repeat(22), env: "dev" }, "trinity-k8s"),
      /Google workload identity pool name "p{22}-dev-github".*1 characters too long: 4 to 32/s,
    ],
    [
      "Google workload identity pool, not Google's",
      () => gcpBootstrapNames({ project: "gcp", env: "dev" }, "trinity-k8s"),
      /Google workload identity pool name "gcp-dev-github".*not of the allowed form.*not beginning with gcp-/s,
    ],
    [
      "Google service account of an identity",
      () => gcpBootstrapNames({ project: "p".repeat(19), env: "dev" }, "trinity-k8s").serviceAccount("rollout"),
      /Google service account name.*identity "rollout".*1 characters too long/s,
    ],
    [
      "Cloud Storage bucket, not Google's",
      () => gcpBootstrapNames(settings, "my-google-project"),
      /Cloud Storage bucket name "my-google-project-trinity-dev-state".*gcp:project.*not of the allowed form/s,
    ],
    ["GKE cluster, 40 characters", () => gcpNames({ project: "p".repeat(40), env: "dev" }), /GKE cluster/],
    ["EKS cluster, 100 characters", () => awsNames({ project: "p".repeat(95), env: "dev" }), /EKS cluster/],
    ["IAM role, 64 characters", () => awsNames({ project: "p".repeat(60), env: "dev" }), /IAM role/],
    [
      "CI's role, 64 characters",
      () => awsBootstrapNames({ project: "p".repeat(60), env: "dev" }).role("deploy"),
      /IAM role name "p{60}-dev-ci-deploy"/,
    ],
    [
      "CI's policy, 128 characters",
      () => awsBootstrapNames({ project: "p".repeat(110), env: "dev" }).policy("deploy", "network"),
      /IAM policy name/,
    ],
    [
      "S3 bucket, 63 characters",
      () => awsBootstrapNames({ project: "p".repeat(45), env: "dev" }).stateBucket("123456789012"),
      /S3 bucket name .* 5 characters too long/,
    ],
    ["KMS alias, 256 characters", () => awsBootstrapNames({ project: "p".repeat(250), env: "dev" }), /KMS alias name/],
    [
      "EKS node group, 63 characters with those that Pulumi adds",
      () => awsNames({ project: "p".repeat(36), env: "dev" }),
      /EKS node group name "p{36}-dev-aws-nodes-group".*1 characters too long: 1 to 55/s,
    ],
    ["AKS DNS prefix, 54 characters", () => azureNames({ project: "p".repeat(46), env: "dev" }), /AKS DNS prefix/],
    [
      "Azure registry, letters and digits",
      () => azureNames({ ...settings, azureProject: "acme_dev" }),
      /trinity:azureProject "acme_dev".*letters and digits only/s,
    ],
    ["ECR repository's characters", () => awsNames(settings).repository("Big"), /ECR repository.*app "Big"/s],
    [
      "Artifact Registry repository, 63 characters",
      () => gcpNames(settings).repository("a".repeat(60)),
      /Artifact Registry repository.*too long/s,
    ],
  ];
  for (const [what, make, words] of refusals) {
    test(what, () => {
      assert.throws(make, (error: Error) => {
        assert.equal(error.name, "NameError");
        assert.match(error.message, words);
        return true;
      });
    });
  }

  test("is not refused at its longest", () => {
    assert.equal(awsNames({ project: "p".repeat(35), env: "dev" }).nodeGroup.length, 55);
  });

  test("the error names the settings to change", () => {
    assert.throws(
      () => gcpNames({ project: "p".repeat(40), env: "dev" }),
      /trinity:project "p{40}", env "dev".*Choose another value/s,
    );
  });
});
