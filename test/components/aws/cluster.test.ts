import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksClusterArgs } from "../../../components/aws/cluster";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { awsTables, previewOfAttachments, tags } from "./tables";

const args: EksClusterArgs = {
  clusterName: "trinity-dev-aws",
  roleName: "trinity-dev-aws-control-plane",
  kubernetesVersion: "1.34",
  region: "us-east-1",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
  administrators: [],
  apiServerCidrs: ["192.0.2.0/24"],
  deletionProtection: false,
  tags,
};

describe("EksCluster", () => {
  test("declares exactly the control plane, its role, key and logs, all below itself", async () => {
    const { resources } = await runWithMocks(awsTables, () => new EksCluster("c", args));
    assert.deepEqual(listOf(resources), [
      "aws:cloudwatch/logGroup:LogGroup c-logs",
      "aws:iam/role:Role c-control-plane-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment c-control-plane-cluster",
      "aws:kms/alias:Alias c-secrets",
      "aws:kms/key:Key c-secrets",
      "eks:index:Cluster c-eks",
      "trinity:aws:Administrators c-admin",
      "trinity:aws:EksCluster c",
      "trinity:aws:ServiceRole c-control-plane",
    ]);
    assert.deepEqual(unparented(resources), ["c"]);
  });

  test("has access entries only, encrypted secrets, all logs, standard support and no nodes of its own", async () => {
    const { resources } = await runWithMocks(awsTables, () => new EksCluster("c", args));
    const { serviceRole, ...inputs } = find(resources, "c-eks").inputs;
    assert.ok(serviceRole);
    assert.deepEqual(inputs, {
      name: "trinity-dev-aws",
      version: "1.34",
      vpcId: "vpc-1",
      privateSubnetIds: ["subnet-1", "subnet-2", "subnet-3"],
      authenticationMode: "API",
      endpointPrivateAccess: true,
      publicAccessCidrs: ["192.0.2.0/24"],
      encryptionConfigKeyArn: "arn:aws:kms:us-east-1:123456789012:key/0",
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: false,
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
      useDefaultVpcCni: true,
      kubeProxyAddonOptions: {
        enabled: false,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      corednsAddonOptions: {
        enabled: false,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      tags,
    });
  });

  test("rotates the key, and makes the log group before EKS would make one that keeps logs for ever", async () => {
    const { resources } = await runWithMocks(awsTables, () => new EksCluster("c", args));
    assert.equal(find(resources, "c-secrets", "aws:kms/key:Key").inputs.enableKeyRotation, true);
    const logs = find(resources, "c-logs").inputs;
    assert.equal(logs.name, "/aws/eks/trinity-dev-aws/cluster");
    assert.equal(logs.retentionInDays, 30);
    assert.ok(find(resources, "c-eks").dependencies.includes("c-logs"));
  });

  test("waits for the policy of its role, and so outlives it", async () => {
    const { resources } = await runWithMocks(awsTables, () => new EksCluster("c", args));
    assert.ok(find(resources, "c-eks").dependencies.includes("c-control-plane-cluster"));
  });

  test("knows its role in a preview of one policy more, which would otherwise show the cluster replaced", async () => {
    const { resources } = await runWithMocks(previewOfAttachments, () => new EksCluster("c", args));
    const { inputs, dependencies } = find(resources, "c-eks");
    assert.ok(pulumi.CustomResource.isInstance(inputs.serviceRole));
    assert.equal(await valueOf(inputs.serviceRole.id), "c-control-plane-role-id");
    assert.ok(dependencies.includes("c-control-plane-cluster"));
  });

  test("begins with key, role and logs before the network is known", { timeout: 60_000 }, async () => {
    const never = new Promise<string>(() => undefined);
    const started = new Promise<void>((resolve) => {
      void runWithMocks(
        {
          ...awsTables,
          resources: {
            ...awsTables.resources,
            "aws:kms/key:Key": () => {
              resolve();
              return { arn: "arn" };
            },
          },
        },
        () => new EksCluster("c", { ...args, vpcId: pulumi.output(never) }),
      );
    });
    await started;
  });

  test("gives each administrator an entry with EKS's administrator policy", async () => {
    const administrators = ["arn:aws:iam::123456789012:role/Admin"];
    const { resources } = await runWithMocks(awsTables, () => new EksCluster("c", { ...args, administrators }));
    const association = find(resources, "c-admin-123456789012-role-Admin-admin");
    assert.deepEqual(association.inputs, {
      clusterName: "trinity-dev-aws",
      principalArn: administrators[0],
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    });
    assert.ok(association.dependencies.includes("c-admin-123456789012-role-Admin"));
  });

  test("hands out a secret kubeconfig", async () => {
    const { result } = await runWithMocks(awsTables, () => new EksCluster("c", args));
    assert.equal(await pulumi.isSecret(result.kubeconfig), true);
    assert.match(await valueOf(result.kubeconfig), /"server":"https:\/\/api\.example"/);
    assert.equal(await valueOf(result.endpoint), "https://api.example");
    assert.equal(await valueOf(result.clusterName), "trinity-dev-aws");
  });

  test("refuses an administrator that is no principal before it declares anything", async () => {
    await assert.rejects(
      runWithMocks({ resources: {} }, () => new EksCluster("c", { ...args, administrators: ["Admin"] })),
      { propertyPath: "administrators" },
    );
  });
});
