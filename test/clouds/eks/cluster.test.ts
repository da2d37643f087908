import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkedArguments } from "../../../rehearsal/clouds/eks/arguments";
import { Cluster } from "../../../rehearsal/clouds/eks/cluster";
import { find, listOf, type MockTables, runWithMocks, unparented, valueOf } from "../../support/mocks";

const args = {
  name: "test",
  version: "1.34",
  vpcId: "vpc-1",
  privateSubnetIds: ["subnet-1", "subnet-2"],
  authenticationMode: "API",
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  useDefaultVpcCni: true,
  kubeProxyAddonOptions: { enabled: false },
};

const tables: MockTables = {
  resources: {
    "aws:iam/role:Role": () => ({ arn: "arn:aws:iam::123456789012:role/own" }),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": () => ({}),
    "aws:eks/cluster:Cluster": () => ({
      arn: "arn:aws:eks:us-east-1:123456789012:cluster/test",
      endpoint: "https://api.example",
      certificateAuthority: { data: "Y2E=" },
      identities: [{ oidcs: [{ issuer: "https://oidc.example/id" }] }],
      vpcConfig: { clusterSecurityGroupId: "sg-1", subnetIds: ["subnet-1", "subnet-2"] },
    }),
    "pulumi:providers:kubernetes": () => ({}),
  },
  functions: { "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com" }) },
};

describe("simulated eks:index:Cluster", () => {
  test("makes the children of @pulumi/eks 4.3, of their names, below the same parents", async () => {
    const { resources } = await runWithMocks(tables, () => new Cluster("c", args, {}));
    assert.deepEqual(listOf(resources), [
      "aws:eks/cluster:Cluster c-eksCluster",
      "aws:iam/role:Role c-eksRole-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment c-eksRole-4b490823",
      "eks:index:Cluster c",
      "eks:index:ServiceRole c-eksRole",
      "pulumi:providers:kubernetes c-eks-k8s",
    ]);
    assert.deepEqual(unparented(resources), ["c"]);
    assert.match(
      find(resources, "c-eksRole-role").urn,
      /eks:index:Cluster\$eks:index:ServiceRole\$aws:iam|ServiceRole\$aws:iam/,
    );
    assert.ok(find(resources, "c-eksCluster").dependencies.includes("c-eksRole-4b490823"));
  });

  test("hands its arguments to the cluster as @pulumi/eks does", async () => {
    const { resources } = await runWithMocks(
      tables,
      () =>
        new Cluster(
          "c",
          { ...args, publicSubnetIds: ["subnet-3"], encryptionConfigKeyArn: "arn:key", tags: { env: "dev" } },
          {},
        ),
    );
    const cluster = find(resources, "c-eksCluster");
    assert.deepEqual(cluster.inputs, {
      name: "test",
      version: "1.34",
      roleArn: "arn:aws:iam::123456789012:role/own",
      vpcConfig: { subnetIds: ["subnet-3", "subnet-1", "subnet-2"] },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      bootstrapSelfManagedAddons: true,
      encryptionConfig: { provider: { keyArn: "arn:key" }, resources: ["secrets"] },
      tags: { Name: "c-eksCluster", env: "dev" },
    });
    assert.deepEqual(cluster.ignoreChanges, [
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
      "bootstrapSelfManagedAddons",
    ]);
  });

  test("hands out the cluster and a kubeconfig without a profile", async () => {
    const { result } = await runWithMocks(tables, () => new Cluster("c", args, {}));
    const state = result.state as {
      readonly kubeconfigJson: pulumi.Output<string>;
      readonly eksCluster: aws.eks.Cluster;
      readonly oidcIssuer: pulumi.Output<string>;
    };
    const kubeconfig = await valueOf(state.kubeconfigJson);
    assert.match(kubeconfig, /"--region","us-east-1","eks","get-token","--cluster-name","test"/);
    assert.doesNotMatch(kubeconfig, /profile/);
    assert.equal(await valueOf(state.eksCluster.endpoint), "https://api.example");
    assert.equal(await valueOf(state.oidcIssuer), "oidc.example/id");
  });
});

describe("its arguments", () => {
  const refused: [string, Record<string, unknown>, RegExp][] = [
    ["no authentication mode", { authenticationMode: undefined }, /must be API/],
    ["the ConfigMap mode", { authenticationMode: "CONFIG_MAP" }, /must be API/],
    ["role mappings with access entries", { roleMappings: [{ roleArn: "arn" }] }, /does not support non-empty values/],
    ["user mappings with access entries", { userMappings: [{ userArn: "arn" }] }, /does not support non-empty values/],
    ["instance roles with access entries", { instanceRoles: [{}] }, /does not support non-empty values/],
    ["Auto Mode", { autoMode: { enabled: true } }, /autoMode/],
    ["Fargate", { fargate: true }, /fargate/],
    ["a default node group", { skipDefaultNodeGroup: false }, /default node group/],
    ["default security groups", { skipDefaultSecurityGroups: undefined }, /default security groups/],
    ["the VPC CNI add-on", { useDefaultVpcCni: undefined }, /VPC CNI/],
    ["the kube-proxy add-on", { kubeProxyAddonOptions: { enabled: true } }, /must be false/],
    ["a word that nobody knows", { kubernetesVersion: "1.34" }, /kubernetesVersion/],
  ];
  for (const [what, change, words] of refused) {
    test(`${what} is refused`, () => {
      assert.throws(
        () => checkedArguments({ ...args, ...change }),
        (error: unknown) => words.test(JSON.stringify(error) + String(error)),
      );
    });
  }

  test("empty mappings are fine", () => {
    checkedArguments({ ...args, roleMappings: [], userMappings: [], instanceRoles: [] });
  });
});
