import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Resource } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { unknown } from "../../policy/value";
import { prodAws, resource, say } from "./support";

type Properties = Resource["properties"];
type More = Parameters<typeof resource>[2];

/** By rule: what breaks it, with what is said of it, and what keeps it. */
interface Cases {
  readonly breaks: readonly (readonly [type: string, properties: Properties, said: RegExp, more?: More])[];
  readonly keeps: readonly (readonly [type: string, properties: Properties, more?: More])[];
}

const eks = "aws:eks/cluster:Cluster";
const gke = "gcp:container/cluster:Cluster";
const aks = "azure-native:containerservice:ManagedCluster";
const acr = "azure-native:containerregistry:Registry";
const ecr = "aws:ecr/repository:Repository";
const repository = "gcp:artifactregistry/repository:Repository";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const assignment = "azure-native:authorization:RoleAssignment";
const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const narrow = { Effect: "Allow", Action: ["s3:GetObject"], Resource: "*" };
const role = (guid: string) => `/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
const good = { project: "trinity", env: "prod", "managed-by": "pulumi" };

const cases: Readonly<Record<string, Cases>> = {
  "no-administrator": {
    breaks: [
      [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        /policyArn is "arn:aws:iam::aws:policy\/AdministratorAccess"/,
      ],
      ["aws:iam/policy:Policy", { policy: JSON.stringify({ Statement: everything }) }, /policy allows \["\*"\]/],
      [
        "aws:iam/rolePolicy:RolePolicy",
        { policy: JSON.stringify({ Statement: [narrow, { Effect: "Allow", NotAction: "iam:*", Resource: ["*"] }] }) },
        /all but some actions on "\*" in statement 2/,
      ],
      [
        "aws:iam/role:Role",
        { inlinePolicies: [{ policy: JSON.stringify({ Statement: { ...everything, Action: ["iam:*"] } }) }] },
        /inlinePolicies\[0\].policy allows/,
      ],
      ["aws:iam/role:Role", { managedPolicyArns: ["arn:aws:iam::aws:policy/IAMFullAccess"] }, /managedPolicyArns\[0\]/],
      ["aws:iam/policy:Policy", { policy: "{" }, /policy is no JSON/],
      ["gcp:projects/iAMMember:IAMMember", { role: "roles/owner" }, /role is "roles\/owner"/],
      ["gcp:projects/iAMBinding:IAMBinding", { role: "roles/editor" }, /role is "roles\/editor"/],
      [assignment, { roleDefinitionId: role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635") }, /8e3af657.*, Owner/],
      [assignment, { roleDefinitionId: role("b24988ac-6180-42a0-ab88-20f7382dd24c") }, /b24988ac.*, Contributor/],
      [assignment, { roleDefinitionId: role("f58310d9-a9f6-439a-9e8d-f62e7b41a168") }, /without a condition/],
      [
        "azure-native:authorization:RoleDefinition",
        { permissions: [{ actions: ["*"] }] },
        /permissions\[0\].actions is \["\*"\]/,
      ],
    ],
    keeps: [
      [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        { policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" },
      ],
      ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: unknown }],
      ["aws:iam/policy:Policy", { policy: JSON.stringify({ Statement: [narrow] }) }],
      ["aws:iam/policy:Policy", { policy: JSON.stringify({ Statement: { ...everything, Effect: "Deny" } }) }],
      ["aws:iam/policy:Policy", { policy: unknown }],
      ["gcp:projects/iAMMember:IAMMember", { role: "roles/container.defaultNodeServiceAccount" }],
      [assignment, { roleDefinitionId: role("7f951dda-4ed3-4680-a7ca-43fe172d538d") }],
      [assignment, { roleDefinitionId: role("f58310d9-a9f6-439a-9e8d-f62e7b41a168"), condition: "@Request[...]" }],
      ["azure-native:authorization:RoleDefinition", { permissions: [{ actions: ["Microsoft.Network/*/read"] }] }],
    ],
  },
  "api-server-allow-list": {
    breaks: [
      [eks, { vpcConfig: { publicAccessCidrs: ["0.0.0.0/0"] } }, /publicAccessCidrs is \["0.0.0.0\/0"\]/],
      [eks, { vpcConfig: { publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] } }, /publicAccessCidrs is \[/],
      [eks, { vpcConfig: {} }, /publicAccessCidrs is not set, so that everybody may reach it/],
      [gke, {}, /masterAuthorizedNetworksConfig.cidrBlocks is not set/],
      [gke, { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] } }, /"0.0.0.0\/0"/],
      [
        gke,
        {
          masterAuthorizedNetworksConfig: {
            cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }],
            gcpPublicCidrsAccessEnabled: true,
          },
        },
        /gcpPublicCidrsAccessEnabled is true/,
      ],
      [aks, {}, /apiServerAccessProfile.authorizedIPRanges is not set/],
    ],
    keeps: [
      [eks, { vpcConfig: { publicAccessCidrs: ["192.0.2.0/24"] } }],
      [eks, { vpcConfig: { endpointPublicAccess: false } }],
      [eks, { vpcConfig: { publicAccessCidrs: unknown } }],
      [gke, { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "192.0.2.7/32" }] } }],
      [gke, { privateClusterConfig: { enablePrivateEndpoint: true } }],
      [aks, { apiServerAccessProfile: { authorizedIPRanges: ["192.0.2.7"] } }],
      [aks, { apiServerAccessProfile: { enablePrivateCluster: true } }],
    ],
  },
  "private-nodes": {
    breaks: [
      ["aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }, /mapPublicIpOnLaunch is true/],
      [template, { networkInterfaces: [{ associatePublicIpAddress: "true" }] }, /associatePublicIpAddress is true/],
      [gke, {}, /enablePrivateNodes is not set/],
      ["gcp:container/nodePool:NodePool", { networkConfig: { enablePrivateNodes: false } }, /is false/],
      [aks, { agentPoolProfiles: [{}, { enableNodePublicIP: true }] }, /agentPoolProfiles\[1\].enableNodePublicIP/],
      ["azure-native:containerservice:AgentPool", { enableNodePublicIP: true }, /: enableNodePublicIP is true/],
    ],
    keeps: [
      ["aws:ec2/subnet:Subnet", {}],
      [template, {}],
      [gke, { privateClusterConfig: { enablePrivateNodes: true } }],
      ["gcp:container/nodePool:NodePool", {}],
      [aks, { agentPoolProfiles: [{}] }],
    ],
  },
  "no-registry-admin-user": {
    breaks: [
      [acr, { adminUserEnabled: true }, /adminUserEnabled is true/],
      [acr, { anonymousPullEnabled: true }, /anonymousPullEnabled is true/],
      [
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        { policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { AWS: ["*"] } }] }) },
        /principal "\*"/,
      ],
      ["gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", { member: "allUsers" }, /"allUsers"/],
    ],
    keeps: [
      [acr, { adminUserEnabled: false, anonymousPullEnabled: false }],
      [
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        { policy: '{"Statement":[{"Principal":{"AWS":"arn:aws:iam::1:root"}}]}' },
      ],
      ["gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", { member: unknown }],
    ],
  },
  "immutable-tags": {
    breaks: [
      [ecr, { imageTagMutability: "MUTABLE" }, /imageTagMutability is "MUTABLE"/],
      [ecr, {}, /imageTagMutability is not set/],
      [repository, { format: "DOCKER" }, /dockerConfig.immutableTags is not set/],
    ],
    keeps: [
      [ecr, { imageTagMutability: "IMMUTABLE" }],
      [repository, { format: "DOCKER", dockerConfig: { immutableTags: true } }],
      [repository, { format: "DOCKER", mode: "REMOTE_REPOSITORY" }],
      [repository, { format: "NPM" }],
    ],
  },
  "no-latest": {
    breaks: [
      ["docker-build:index:Image", { tags: ["a.example/app:sha-1", "a.example/app:latest"] }, /app:latest/],
      ["docker-build:index:Image", { tags: ["localhost:5000/app"] }, /localhost:5000\/app/],
      [
        "kubernetes:apps/v1:Deployment",
        { spec: { template: { spec: { containers: [{ image: "nginx" }] } } } },
        /spec.template.spec.containers.0.image is "nginx"/,
      ],
      ["kubernetes:helm.sh/v3:Release", { chart: "argo-cd" }, /version is not set/],
      ["aws:eks/addon:Addon", { addonVersion: "latest" }, /addonVersion is "latest"/],
      ["aws:eks/nodeGroup:NodeGroup", { launchTemplate: { version: "$Latest" } }, /launchTemplate.version/],
      [gke, { minMasterVersion: "latest" }, /minMasterVersion is "latest"/],
    ],
    keeps: [
      ["docker-build:index:Image", { tags: ["a.example/app:sha-1", unknown] }],
      ["kubernetes:v1:Pod", { spec: { containers: [{ image: "nginx@sha256:1" }, { image: "a:5000/nginx:1.2" }] } }],
      ["kubernetes:helm.sh/v3:Release", { chart: "argo-cd", version: "10.1.1" }],
      ["aws:eks/addon:Addon", {}],
      ["aws:eks/nodeGroup:NodeGroup", { launchTemplate: { version: unknown } }],
      [gke, { minMasterVersion: "1.35" }],
    ],
  },
  "no-plain-secret": {
    breaks: [
      ["aws:rds/instance:Instance", { masterPassword: "hunter2" }, /masterPassword is a secret by its name in plain/],
      [
        "pulumi:providers:kubernetes",
        { kubeconfig: "users:\n- user:\n    token: abc" },
        /kubeconfig is a secret by its name/,
      ],
      ["pulumi:providers:kubernetes", { kubeconfig: '{"user":{"client-key-data":"abc"}}' }, /kubeconfig is a secret/],
      ["docker-build:index:Image", { secrets: { npm: "abc" } }, /secrets.npm is a secret by its name/],
      ["kubernetes:core/v1:Secret", { stringData: { any: "abc" } }, /stringData.any/],
      ["aws:ssm/parameter:Parameter", { value: `AKIA${"A".repeat(16)}` }, /value is an access key of AWS/],
      [
        "azure-native:web:WebApp",
        { settings: [{ value: "-----BEGIN RSA PRIVATE KEY-----" }] },
        /settings.0.value is a/,
      ],
    ],
    keeps: [
      ["aws:rds/instance:Instance", { masterPassword: "hunter2" }, { secrets: [["masterPassword"]] }],
      ["docker-build:index:Image", { secrets: { npm: "abc" } }, { secrets: [["secrets"]] }],
      ["aws:rds/instance:Instance", { masterPassword: unknown }],
      ["aws:rds/instance:Instance", { masterPassword: "arn:aws:secretsmanager:us-east-1:1:secret:it" }],
      ["aws:iam/role:Role", { description: "Holds no secret" }],
      ["pulumi:providers:kubernetes", { kubeconfig: '{"user":{"exec":{"command":"aws","args":["eks","get-token"]}}}' }],
      // The engine did not say what is secret.
      ["aws:rds/instance:Instance", { masterPassword: "hunter2" }, { secrets: undefined }],
    ],
  },
  "encryption-at-rest": {
    breaks: [
      [eks, {}, /encryptionConfig.resources is not set/],
      [template, { blockDeviceMappings: [{ ebs: {} }] }, /blockDeviceMappings\[0\].ebs.encrypted is not set/],
      [template, {}, /blockDeviceMappings is not set/],
      ["aws:eks/nodeGroup:NodeGroup", {}, /launchTemplate is not set/],
      ["aws:ebs/volume:Volume", { encrypted: false }, /encrypted is false/],
      ["aws:kms/key:Key", {}, /enableKeyRotation is not set/],
      ["gcp:kms/cryptoKey:CryptoKey", {}, /rotationPeriod is not set/],
    ],
    keeps: [
      [eks, { encryptionConfig: { provider: { keyArn: unknown }, resources: ["secrets"] } }],
      [template, { blockDeviceMappings: [{ ebs: { encrypted: "true" } }] }],
      ["aws:eks/nodeGroup:NodeGroup", { launchTemplate: unknown }],
      ["aws:ebs/volume:Volume", { encrypted: true }],
      ["aws:kms/key:Key", { enableKeyRotation: true }],
      ["aws:kms/key:Key", { customerMasterKeySpec: "RSA_2048" }],
      ["gcp:kms/cryptoKey:CryptoKey", { rotationPeriod: "7776000s" }],
    ],
  },
  "log-retention": {
    breaks: [
      ["aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 0 }, /retentionInDays is 0/],
      [eks, { enabledClusterLogTypes: ["api"] }, /Add audit, authenticator\./],
      ["gcp:logging/projectBucketConfig:ProjectBucketConfig", {}, /retentionDays is not set/],
      ["azure-native:operationalinsights:Workspace", {}, /retentionInDays is not set/],
    ],
    keeps: [
      ["aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 30 }],
      [eks, { enabledClusterLogTypes: ["api", "audit", "authenticator", "scheduler"] }],
      [eks, { enabledClusterLogTypes: unknown }],
      ["gcp:logging/projectBucketConfig:ProjectBucketConfig", { retentionDays: 30 }],
      ["azure-native:operationalinsights:Workspace", { retentionInDays: 30 }],
    ],
  },
  tags: {
    breaks: [
      ["aws:ec2/vpc:Vpc", {}, /tags is not set.* Give it project, env: prod, managed-by\./],
      ["aws:ec2/vpc:Vpc", { tags: { ...good, env: "dev" } }, /Give it env: prod\./],
      ["gcp:container/nodePool:NodePool", { nodeConfig: {} }, /nodeConfig.resourceLabels is not set/],
      [acr, { tags: { project: "trinity", env: "prod" } }, /Give it managed-by\./],
      ["aws:sqs/queue:Queue", {}, /nobody has said whether aws:sqs\/queue:Queue takes tags/],
    ],
    keeps: [
      ["aws:ec2/vpc:Vpc", { tags: good }],
      ["aws:ec2/vpc:Vpc", { tags: unknown }],
      ["aws:ec2/vpc:Vpc", { tags: { ...good, project: unknown } }],
      ["gcp:container/nodePool:NodePool", { nodeConfig: { resourceLabels: good } }],
      ["aws:ec2/route:Route", {}],
      ["kubernetes:core/v1:Namespace", {}],
    ],
  },
  "deletion-protection": {
    breaks: [
      [eks, {}, /deletionProtection is not set.*trinity:deletionProtection to true in stacks\/Pulumi.prod-aws.yaml/],
      [gke, { deletionProtection: false }, /deletionProtection is false/],
      [ecr, { forceDelete: true }, /forceDelete is true/],
      [repository, {}, /protect is false/],
      [aks, {}, /protect is false/],
      [acr, {}, /protect is false/],
    ],
    keeps: [
      [eks, { deletionProtection: true }],
      [gke, { deletionProtection: true }],
      [ecr, { forceDelete: false }],
      [repository, {}, { protect: true }],
      [aks, {}, { protect: true }],
    ],
  },
};

describe("a rule of single resources", () => {
  for (const [rule, { breaks, keeps }] of Object.entries(cases)) {
    for (const [type, properties, said, more] of breaks) {
      test(`${rule} is broken by ${type} ${said.source}`, () => {
        const messages = say(rule, [resource(type, properties, more)]);
        assert.equal(messages.length, 1, messages.join("\n"));
        assert.match(messages[0] ?? "", said);
        assert.ok(messages[0]?.startsWith(`${type} "it": `), "names the resource");
        assert.match(messages[0] ?? "", new RegExp(`\\. Rule ${rule}, https://`), "names the rule and its source");
      });
    }
    test(`${rule} is kept`, () => {
      for (const [type, properties, more] of keeps) {
        assert.deepEqual(say(rule, [resource(type, properties, more)]), [], type);
      }
    });
  }

  test("no message holds a secret", () => {
    const [message] = say("no-plain-secret", [resource("aws:rds/instance:Instance", { masterPassword: "hunter2" })]);
    assert.doesNotMatch(message ?? "", /hunter2/);
  });
});

describe("cost-ceiling", () => {
  const cluster = resource(eks, { upgradePolicy: { supportType: "STANDARD" } });
  const gateway = resource("aws:ec2/natGateway:NatGateway", {});

  test("is broken by a stack that costs more, and names the dearest", () => {
    const [message] = say("cost-ceiling", [cluster, gateway]);
    assert.match(
      message ?? "",
      /^stack "prod-aws": it costs an estimated \$105.85 a month \(list prices of us-east-1, .*\), above the ceiling of \$100; dearest: EKS control plane \$73, NAT gateway \$32.85\./,
    );
  });

  test("is broken by a stack without a ceiling, and by a region without prices", () => {
    assert.match(say("cost-ceiling", [], { ...prodAws, ceiling: undefined })[0] ?? "", /it has no ceiling\..*prod-aws/);
    const elsewhere = { ...prodAws, cloud: { name: "aws", region: "eu-north-1" } } as const;
    assert.match(say("cost-ceiling", [cluster], elsewhere)[0] ?? "", /cannot be estimated: no prices: .*eu-north-1/);
  });

  test("is kept by a stack below its ceiling, and by one that is of no cloud", () => {
    assert.deepEqual(say("cost-ceiling", [cluster]), []);
    assert.deepEqual(say("cost-ceiling", [], { name: "dev-app", env: "dev", program: "app" }), []);
  });
});

test("what a bootstrap stack makes says no environment, and all else does", () => {
  const bucket = resource("aws:s3/bucket:Bucket", { tags: { project: "trinity", "managed-by": "pulumi" } });
  assert.deepEqual(say("tags", [bucket], { ...prodAws, name: "prod-bootstrap-aws", program: "bootstrap-aws" }), []);
  assert.match(say("tags", [bucket]).join(), /env: prod/);
});

test("every rule has cases here", () => {
  assert.deepEqual([...Object.keys(cases), "cost-ceiling"].sort(), rules.map(({ name }) => name).sort());
});

test("every type that a rule names is broken by some case", () => {
  for (const rule of rules) {
    if ("checks" in rule) {
      const seen = (cases[rule.name]?.breaks ?? []).map(([type]) => type);
      const untried = Object.keys(rule.checks).filter(
        (type) =>
          type !== "*" &&
          !seen.includes(type) &&
          // Several types share one check.
          !seen.some((other) => rule.checks[other] === rule.checks[type]),
      );
      assert.deepEqual(untried, [], rule.name);
    }
  }
});
