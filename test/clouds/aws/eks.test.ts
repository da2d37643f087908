import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clusterInputs, makeNetwork, makeRole, nodeInputs, TestCloud, trust } from "./support";

describe("EKS clusters", () => {
  test("a name that EKS refuses", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    for (const name of ["-test", "a.b", "x".repeat(101)]) {
      assert.match(cloud.faults("cluster", { ...inputs, name }).join(), /^name/);
    }
  });

  test("both endpoints off", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    const vpcConfig = { ...inputs.vpcConfig, endpointPublicAccess: false };
    assert.match(cloud.faults("cluster", { ...inputs, vpcConfig }).join(), /cannot both be off/);
  });

  test("names are unique", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    await cloud.create("cluster", inputs);
    await assert.rejects(cloud.create("cluster", inputs), /ResourceInUseException/);
  });

  const zones = [
    { zones: ["us-east-1a", "us-east-1a"], error: /at least two different AZs/ },
    { zones: ["us-east-1a", "us-east-1c"], error: /UnsupportedAvailabilityZoneException.*use1-az3/ },
  ];
  for (const { zones: chosen, error } of zones) {
    test(`subnets in ${chosen.join(" and ")}`, async (context) => {
      const cloud = new TestCloud(context);
      const { subnetIds } = await makeNetwork(cloud, chosen);
      const { arn } = await makeRole(cloud, "control", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
      await assert.rejects(cloud.create("cluster", { name: "test", roleArn: arn, vpcConfig: { subnetIds } }), error);
    });
  }

  test("subnets of two networks, without DNS or that do not exist", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, network } = await clusterInputs(cloud);
    const other = await cloud.create("vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = (cidrBlock: string, availabilityZone: string) =>
      cloud.create("subnet", { vpcId: other.id, cidrBlock, availabilityZone });
    const first = await subnet("10.0.0.0/24", "us-east-1a");
    const second = await subnet("10.0.1.0/24", "us-east-1b");
    const attempt = (subnetIds: (string | undefined)[]) =>
      cloud.create("cluster", { ...inputs, vpcConfig: { subnetIds } });
    await assert.rejects(attempt([network.subnetIds[0], second.id]), /same VPC/);
    await assert.rejects(attempt([first.id, second.id]), /DNS hostname/);
    await assert.rejects(attempt([network.subnetIds[0], "subnet-0"]), /InvalidParameterException/);
  });

  test("a role that EKS may not assume, or without its policy", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    const foreign = await makeRole(cloud, "foreign", "ec2.amazonaws.com", ["AmazonEKSClusterPolicy"]);
    const bare = await makeRole(cloud, "bare", "eks.amazonaws.com", []);
    await assert.rejects(cloud.create("cluster", { ...inputs, roleArn: foreign.arn }), /could not be assumed/);
    await assert.rejects(
      cloud.create("cluster", { ...inputs, roleArn: bare.arn }),
      /AmazonEKSClusterPolicy is not attached/,
    );
  });

  test("what replaces it, and what does not", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    const cluster = await cloud.create("cluster", inputs);
    assert.deepEqual(cloud.replaced(cluster, { name: "other", roleArn: "other" }), ["name", "roleArn"]);
    assert.deepEqual(
      cloud.replaced(cluster, {
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      }),
      ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
    );
    assert.deepEqual(cloud.replaced(cluster, { version: "1.35", tags: { a: "b" } }), []);
  });

  test("one minor version at a time, never back; access entries stay; zones stay", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, network } = await clusterInputs(cloud);
    const cluster = await cloud.create("cluster", inputs);
    await assert.rejects(cloud.update(cluster, { version: "1.36" }), /from 1\.34 to 1\.36/);
    await assert.rejects(cloud.update(cluster, { version: "1.33" }), /from 1\.34 to 1\.33/);
    await assert.rejects(
      cloud.update(cluster, { accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" } }),
      /authentication mode/,
    );
    const third = await cloud.create("subnet", {
      vpcId: network.vpc.id,
      cidrBlock: "10.0.9.0/24",
      availabilityZone: "us-east-1d",
    });
    await assert.rejects(
      cloud.update(cluster, { vpcConfig: { subnetIds: [...network.subnetIds, third.id] } }),
      /other AZs/,
    );
    const updated = await cloud.update(cluster, { version: "1.35" });
    assert.equal(updated.properties.endpoint, cluster.properties.endpoint);
  });

  test("a deletion refused by protection, by node groups, and without its role's policy", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, cluster, control } = await nodeInputs(cloud);
    const nodes = await cloud.create("nodes", inputs);
    await assert.rejects(cloud.delete(cluster), /ResourceInUseException/);
    await cloud.delete(nodes);
    const guarded = await cloud.update(cluster, { deletionProtection: true });
    await assert.rejects(cloud.delete(guarded), /deletion protection/);
    await cloud.update(guarded, { deletionProtection: false });
    for (const attachment of control.attachments) {
      await cloud.delete(attachment);
    }
    await assert.rejects(cloud.delete(cluster), /network interfaces/);
  });

  test("a subnet in use stays", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, network } = await clusterInputs(cloud);
    await cloud.create("cluster", inputs);
    const [subnet] = network.subnets;
    assert.ok(subnet);
    await assert.rejects(cloud.delete(subnet), /DependencyViolation/);
  });

  test("makes its log group where it is missing, and leaves it behind", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    const cluster = await cloud.create("cluster", { ...inputs, enabledClusterLogTypes: ["audit"] });
    await assert.rejects(cloud.create("logs", { name: "/aws/eks/test/cluster" }), /ResourceAlreadyExistsException/);
    await cloud.delete(cluster);
    assert.equal(cloud.world.list("aws:cloudwatch/logGroup:LogGroup").length, 1);
  });

  test("needs the right to hand its role over", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    cloud.world.set("caller", { allow: ["eks:*"], deny: [] });
    await assert.rejects(cloud.create("cluster", inputs), /AuthorizationFailed.*iam:PassRole/);
  });
});

describe("EKS node groups", () => {
  const refused: [string, Record<string, unknown>, RegExp][] = [
    [
      "more wanted than allowed",
      { scalingConfig: { minSize: 1, desiredSize: 3, maxSize: 2 } },
      /can't be greater than maxSize/,
    ],
    [
      "fewer wanted than the minimum",
      { scalingConfig: { minSize: 3, desiredSize: 2, maxSize: 4 } },
      /Minimum capacity 3/,
    ],
    ["a disk size beside a launch template", { diskSize: 50 }, /Disk size/],
    ["instance types in two places", { instanceTypes: ["m7i.large"] }, /not in both/],
    ["an ARM image on x86", { amiType: "AL2023_ARM_64_STANDARD" }, /not valid for the AMI type/],
    ["nodes newer than the control plane", { version: "1.35" }, /newer than the cluster's 1\.34/],
    ["a cluster that does not exist", { clusterName: "other" }, /ResourceNotFoundException/],
    ["a name of 64", { nodeGroupName: "x".repeat(64) }, /nodeGroupName/],
  ];
  for (const [fault, change, error] of refused) {
    test(`${fault} is refused`, async (context) => {
      const cloud = new TestCloud(context);
      const { inputs } = await nodeInputs(cloud);
      await assert.rejects(cloud.create("nodes", { ...inputs, ...change }), error);
    });
  }

  test("a version that the launch template does not have is refused", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, template } = await nodeInputs(cloud);
    const launchTemplate = { id: template.id, version: "2" };
    await assert.rejects(cloud.create("nodes", { ...inputs, launchTemplate }), /it has 1/);
    const updated = await cloud.update(template, { instanceType: "m7i.xlarge" });
    assert.equal(updated.properties.latestVersion, 2);
    await cloud.create("nodes", { ...inputs, launchTemplate });
  });

  test("a new instance type in the template rolls the nodes; one in the group replaces it", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, template } = await nodeInputs(cloud);
    const nodes = await cloud.create("nodes", inputs);
    assert.deepEqual(cloud.replaced(nodes, { launchTemplate: { id: template.id, version: "2" } }), []);
    assert.deepEqual(cloud.replaced(nodes, { instanceTypes: ["m7i.xlarge"] }), ["instanceTypes"]);
  });

  test("nodes without a way out never join", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, network } = await nodeInputs(cloud);
    await cloud.delete(network.route);
    await assert.rejects(cloud.create("nodes", inputs), /NodeCreationFailure.*no route/);
  });

  for (const missing of [0, 1]) {
    test(`nodes without policy ${missing} neither join nor go`, async (context) => {
      const cloud = new TestCloud(context);
      const { inputs, nodeRole } = await nodeInputs(cloud);
      const nodes = await cloud.create("nodes", inputs);
      const attachment = nodeRole.attachments[missing];
      assert.ok(attachment);
      await cloud.delete(attachment);
      await assert.rejects(cloud.delete(nodes), /Ec2SecurityGroupDeletionFailure/);
      await assert.rejects(
        cloud.create("nodes", { ...inputs, nodeGroupName: "second" }),
        /NodeCreationFailure.*is not attached/,
      );
    });
  }

  test("a role that nodes may not assume is refused", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, nodeRole } = await nodeInputs(cloud);
    await cloud.update(nodeRole.role, { assumeRolePolicy: trust("eks.amazonaws.com") });
    await assert.rejects(cloud.create("nodes", inputs), /could not be assumed/);
  });
});

describe("EKS access", () => {
  const principalArn = "arn:aws:iam::123456789012:role/Admin";
  const admin = {
    clusterName: "test",
    principalArn,
    policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    accessScope: { type: "cluster" },
  };

  test("one entry for a principal, none beside the creator's, and policies only with an entry", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    await cloud.create("cluster", inputs);
    await assert.rejects(cloud.create("entryPolicy", admin), /ResourceNotFoundException/);
    await cloud.create("entry", { clusterName: "test", principalArn });
    await assert.rejects(cloud.create("entry", { clusterName: "test", principalArn }), /ResourceInUseException/);
    await assert.rejects(
      cloud.create("entry", { clusterName: "test", principalArn: "arn:aws:iam::123456789012:role/deployer" }),
      /ResourceInUseException.*created it/,
    );
    await cloud.create("entryPolicy", admin);
  });

  test("entries only in a cluster that uses them", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    await cloud.create("cluster", { ...inputs, accessConfig: undefined });
    await assert.rejects(cloud.create("entry", { clusterName: "test", principalArn }), /authentication mode/);
  });

  test("malformed entries and policies", (context) => {
    const cloud = new TestCloud(context);
    assert.equal(cloud.faults("entry", { clusterName: "test", principalArn: "Admin" }).length, 1);
    const groups = { clusterName: "test", principalArn, kubernetesGroups: ["system:masters"] };
    assert.match(cloud.faults("entry", groups).join(), /system:/);
    assert.equal(
      cloud.faults("entryPolicy", { ...admin, policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }).length,
      1,
    );
    assert.equal(cloud.faults("entryPolicy", { ...admin, accessScope: { type: "namespace" } }).length, 1);
  });
});

describe("EKS add-ons", () => {
  test("unknown ones, and settings that are no JSON, are refused", (context) => {
    const cloud = new TestCloud(context);
    assert.match(cloud.faults("addOn", { clusterName: "test", addonName: "core-dns" }).join(), /not supported/);
    const inputs = { clusterName: "test", addonName: "vpc-cni", configurationValues: "enableNetworkPolicy: true" };
    assert.match(cloud.faults("addOn", inputs).join(), /not a JSON object/);
  });

  test("one that the cluster has already is taken over only with OVERWRITE", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    await cloud.create("cluster", inputs);
    const addOn = { clusterName: "test", addonName: "vpc-cni" };
    await assert.rejects(cloud.create("addOn", addOn), /ConfigurationConflict/);
    await cloud.create("addOn", { ...addOn, resolveConflictsOnCreate: "OVERWRITE" });
    await cloud.create("addOn", { clusterName: "test", addonName: "eks-pod-identity-agent" });
  });

  test("CoreDNS without nodes gives up in the end", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    await cloud.create("cluster", inputs);
    const addOn = { clusterName: "test", addonName: "coredns", resolveConflictsOnCreate: "OVERWRITE" };
    await assert.rejects(cloud.create("addOn", addOn), /InsufficientNumberOfReplicas/);
  });

  test("parts of a cluster go with it", async (context) => {
    const cloud = new TestCloud(context);
    const { inputs } = await clusterInputs(cloud);
    const cluster = await cloud.create("cluster", inputs);
    await cloud.create("addOn", { clusterName: "test", addonName: "eks-pod-identity-agent" });
    await cloud.create("entry", { clusterName: "test", principalArn: "arn:aws:iam::123456789012:role/Admin" });
    await cloud.delete(cluster);
    assert.deepEqual(
      cloud.world.list().filter(({ type }) => type.startsWith("aws:eks/")),
      [],
    );
  });
});
