import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import { AddOns } from "../../../components/aws/add-ons";
import { Nodes, type NodesArgs } from "../../../components/aws/nodes";
import { find, listOf, runWithMocks, unparented } from "../../support/mocks";
import { awsTables, previewOfAttachments, tags } from "./tables";

const args: NodesArgs = {
  clusterName: "trinity-dev-aws",
  kubernetesVersion: "1.34",
  subnetIds: ["subnet-1"],
  roleName: "trinity-dev-aws-nodes",
  groupName: "n-group",
  instanceType: "m7i.large",
  minimum: 2,
  maximum: 6,
  tags,
};

describe("Nodes", () => {
  test("declares exactly a node group, its template and its role with three policies, all below itself", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Nodes("n", args));
    assert.deepEqual(listOf(resources), [
      "aws:ec2/launchTemplate:LaunchTemplate n-template",
      "aws:eks/nodeGroup:NodeGroup n-group",
      "aws:iam/role:Role n-role-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment n-role-network",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment n-role-pull",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment n-role-worker",
      "trinity:aws:Nodes n",
      "trinity:aws:ServiceRole n-role",
    ]);
    assert.deepEqual(unparented(resources), ["n"]);
  });

  test("lets nodes pull from ECR and nothing more", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Nodes("n", args));
    const policies = ["worker", "network", "pull"].map(
      (purpose) => find(resources, `n-role-${purpose}`).inputs.policyArn,
    );
    assert.deepEqual(policies, [
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
  });

  test("is deleted before its policies are detached", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Nodes("n", args));
    const { dependencies } = find(resources, "n-group");
    for (const purpose of ["worker", "network", "pull"]) {
      assert.ok(dependencies.includes(`n-role-${purpose}`), purpose);
    }
  });

  test("knows its role in a preview of one policy more, which would otherwise show the nodes replaced", async () => {
    const { resources } = await runWithMocks(previewOfAttachments, () => new Nodes("n", args));
    const { inputs, dependencies } = find(resources, "n-group");
    assert.equal(inputs.nodeRoleArn, "arn:aws:iam:us-east-1:123456789012:role/trinity-dev-aws-nodes");
    assert.ok(dependencies.includes("n-role-pull"));
  });

  test("keeps the node's credentials from pods and encrypts its disk", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Nodes("n", args));
    const { inputs } = find(resources, "n-template");
    assert.deepEqual(inputs.metadataOptions, {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    assert.deepEqual(inputs.blockDeviceMappings, [
      {
        deviceName: "/dev/xvda",
        ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" },
      },
    ]);
  });

  test("has the instance type in the template, where a change rolls the nodes instead of replacing the group", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Nodes("n", args));
    assert.equal(find(resources, "n-template").inputs.instanceType, "m7i.large");
    const group = find(resources, "n-group").inputs;
    assert.equal(group.instanceTypes, undefined);
    assert.deepEqual(group.launchTemplate, { id: "n-template-id", version: "3" });
    assert.deepEqual(group.scalingConfig, { minSize: 2, desiredSize: 2, maxSize: 6 });
    // Whatever EKS released last is none of the program's business: no lookup, no unasked change.
    assert.equal(group.releaseVersion, undefined);
  });

  test("leaves the number of nodes to whoever scales them, after the first", async () => {
    const { resources } = await runWithMocks(awsTables, () => new Nodes("n", args));
    assert.deepEqual(find(resources, "n-group").ignoreChanges, ["scalingConfig.desiredSize"]);
  });

  for (const [minimum, maximum] of [
    [0, 2],
    [3, 2],
    [1.5, 2],
  ] as const) {
    test(`refuses ${minimum} to ${maximum} nodes`, async () => {
      await assert.rejects(
        runWithMocks({ resources: {} }, () => new Nodes("n", { ...args, minimum, maximum })),
        { propertyPath: "minimum" },
      );
    });
  }
});

describe("AddOns", () => {
  test("declares EKS's add-ons without versions, and only CoreDNS waits for the nodes", async () => {
    const { resources } = await runWithMocks(awsTables, () => {
      const nodes = new NodeGroup("nodes", {
        clusterName: "c",
        nodeRoleArn: "arn",
        scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 1 },
        subnetIds: [],
      });
      return new AddOns("a", { clusterName: "c", nodes, tags });
    });
    assert.deepEqual(listOf(resources), [
      "aws:eks/addon:Addon a-coredns",
      "aws:eks/addon:Addon a-eks-pod-identity-agent",
      "aws:eks/addon:Addon a-kube-proxy",
      "aws:eks/addon:Addon a-metrics-server",
      "aws:eks/addon:Addon a-vpc-cni",
      "aws:eks/nodeGroup:NodeGroup nodes",
      "trinity:aws:AddOns a",
    ]);
    assert.deepEqual(unparented(resources).sort(), ["a", "nodes"]);
    for (const addOn of resources.filter(({ type }) => type === "aws:eks/addon:Addon")) {
      assert.equal(addOn.inputs.addonVersion, undefined, addOn.name);
      assert.equal(addOn.inputs.resolveConflictsOnCreate, "OVERWRITE", addOn.name);
      assert.deepEqual(
        addOn.dependencies,
        ["a-coredns", "a-metrics-server"].includes(addOn.name) ? ["nodes"] : [],
        addOn.name,
      );
    }
  });
});
