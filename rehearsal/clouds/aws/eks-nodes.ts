import { z } from "zod";
import { type CallContext, defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import type { CloudRecord, World } from "../kernel/world";
import { arn, regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { cluster } from "./eks-cluster";
import { checkServiceRole, role } from "./iam";
import { launchTemplate } from "./launch-template";
import { passRole } from "./pass-role";
import { hasWayOut } from "./routes";
import { subnet } from "./vpc";

/** What a node cannot join a cluster without (EKS user guide, "Amazon EKS node IAM role"). */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"];

const inputs = z.strictObject({
  clusterName: z.string(),
  nodeGroupName: z.string().min(1).max(63),
  version: z
    .string()
    .regex(/^1\.\d{2}$/)
    .optional(),
  releaseVersion: z.string().optional(),
  amiType: z
    .enum(["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64"])
    .optional(),
  capacityType: z.enum(["ON_DEMAND", "SPOT"]).optional(),
  diskSize: z.int().min(1).optional(),
  instanceTypes: z.array(z.string()).max(20).optional(),
  labels: z.record(z.string().max(63), z.string().max(63)).optional(),
  launchTemplate: z.strictObject({ id: z.string(), version: z.string() }).optional(),
  nodeRepairConfig: z.strictObject({ enabled: z.boolean() }).optional(),
  nodeRoleArn: z.string(),
  scalingConfig: z.strictObject({ minSize: z.int().min(0), desiredSize: z.int().min(0), maxSize: z.int().min(1) }),
  subnetIds: z.array(z.string()).min(1),
  updateConfig: z.strictObject({ maxUnavailable: z.int().min(1).max(100) }).optional(),
  tags,
});

type Inputs = z.output<typeof inputs>;

export const nodeGroup: ResourceDefinition = defineResource({
  type: "aws:eks/nodeGroup:NodeGroup",
  source:
    'EKS API CreateNodegroup, UpdateNodegroupVersion, UpdateNodegroupConfig; EKS user guide, "Customize managed nodes with launch templates"',
  inputs,
  immutable: [
    "clusterName",
    "nodeGroupName",
    "nodeRoleArn",
    "subnetIds",
    "amiType",
    "capacityType",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
  ],
  computed: ["arn", "status", "resources", "releaseVersion", "capacityType", "diskSize", "instanceTypes", "tagsAll"],
  identity: (values) => `${values.clusterName}/${values.nodeGroupName}`,
  taken: "ResourceInUseException",
  autoName: { property: "nodeGroupName", separator: "-", digits: 7 },
  references: [
    {
      property: "clusterName",
      types: [cluster.type],
      missing: "ResourceNotFoundException",
      inUse: "ResourceInUseException",
    },
    { property: "nodeRoleArn", types: [role.type], by: "arn", missing: "InvalidParameterException" },
    {
      property: "subnetIds[]",
      types: [subnet.type],
      missing: "InvalidParameterException",
      inUse: "DependencyViolation",
    },
    { property: "launchTemplate.id", types: [launchTemplate.type], missing: "InvalidRequestException" },
  ],
  seconds: seconds.nodeGroup,
  permissions: {
    create: "eks:CreateNodegroup",
    update: "eks:UpdateNodegroupVersion",
    delete: "eks:DeleteNodegroup",
    read: "eks:DescribeNodegroup",
  },
  verify: (values, { world }) => {
    world.authorize(passRole(values.nodeRoleArn, "ec2.amazonaws.com"));
    checkSizes(values);
    checkLaunchTemplate(world, values);
    checkVersion(world, values);
    checkJoining(world, values);
  },
  verifyDelete: (record, { world }) => {
    checkServiceRole(
      world,
      String(record.inputs.nodeRoleArn),
      "ec2.amazonaws.com",
      nodePolicies,
      (fault) =>
        new CloudError("Ec2SecurityGroupDeletionFailure", `the nodes' network interfaces cannot be removed: ${fault}`),
    );
  },
  create: (values, context) => ({
    id: `${values.clusterName}:${values.nodeGroupName}`,
    outputs: nodeGroupOutputs(values, context),
  }),
});

function nodeGroupOutputs(
  values: Inputs,
  { config, name, world, previous }: CallContext & { readonly previous?: CloudRecord },
) {
  const uuid = makeId("", `${name}/${world.now()}`, 12);
  const template = world.find(launchTemplate.type, values.launchTemplate?.id ?? "");
  return {
    arn:
      previous?.outputs.arn ??
      arn("eks", regionOf(config), `nodegroup/${values.clusterName}/${values.nodeGroupName}/${uuid}`),
    status: "ACTIVE",
    resources: previous?.outputs.resources ?? [
      { autoscalingGroups: [{ name: `eks-${values.nodeGroupName}-${uuid}` }] },
    ],
    releaseVersion: values.releaseVersion ?? `${values.version ?? "1.34"}.0-20260101`,
    capacityType: values.capacityType ?? "ON_DEMAND",
    // With a launch template these are what it says, and EKS reports none of its own.
    diskSize: values.diskSize ?? (template === undefined ? 20 : 0),
    instanceTypes: values.instanceTypes ?? (template === undefined ? ["t3.medium"] : []),
    ...tagsAll(values, config),
  };
}

/**
 * EKS itself refuses, in an update: the provider's preview knows nothing of it.
 * Source: terraform-aws-modules/terraform-aws-eks#3306, ministryofjustice/cloud-platform-infrastructure#4595
 */
function checkSizes({ scalingConfig }: Inputs): void {
  const { minSize, desiredSize, maxSize } = scalingConfig;
  if (minSize > desiredSize) {
    throw new CloudError(
      "InvalidParameterException",
      `Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`,
    );
  }
  if (desiredSize > maxSize) {
    throw new CloudError("InvalidParameterException", "desiredSize can't be greater than maxSize");
  }
}

function checkLaunchTemplate(world: World, values: Inputs): void {
  const given = values.launchTemplate;
  const template = given === undefined ? undefined : world.find(launchTemplate.type, given.id);
  const inTemplate = z.string().optional().parse(template?.inputs.instanceType);
  if (given !== undefined && values.diskSize !== undefined) {
    throw new CloudError("InvalidParameterException", "Disk size must be specified within the launch template.");
  }
  if (inTemplate !== undefined && values.instanceTypes !== undefined) {
    throw new CloudError(
      "InvalidParameterException",
      "Instance types must be specified either in the launch template or in the node group, not in both.",
    );
  }
  const latest = Number(template?.outputs.latestVersion);
  if (given !== undefined && !(Number(given.version) >= 1 && Number(given.version) <= latest)) {
    throw new CloudError(
      "InvalidRequestException",
      `You cannot specify version ${given.version} of the launch template: it has ${latest}.`,
    );
  }
  checkArchitecture(inTemplate ?? values.instanceTypes?.[0] ?? "t3.medium", values.amiType ?? "AL2023_x86_64_STANDARD");
}

/** EC2 user guide, "Amazon EC2 instance type naming conventions": g after the generation is Graviton, which is ARM. */
function checkArchitecture(instanceType: string, amiType: string): void {
  if (/^(a1|[a-z]+\d+g[a-z]*)\./.test(instanceType) !== amiType.includes("ARM")) {
    throw new CloudError("InvalidParameterException", `${instanceType} is not valid for the AMI type ${amiType}`);
  }
}

/** Kubernetes version skew policy: nodes are never newer than the control plane. */
function checkVersion(world: World, values: Inputs): void {
  const control = String(world.find(cluster.type, values.clusterName)?.inputs.version);
  if (values.version !== undefined && Number(values.version.split(".")[1]) > Number(control.split(".")[1])) {
    throw new CloudError(
      "InvalidParameterException",
      `Requested Kubernetes version ${values.version} is newer than the cluster's ${control}`,
    );
  }
}

/**
 * Nodes that cannot reach the cluster's API server or the internet, or lack a policy, run but never join.
 * Source: EKS user guide, "Troubleshoot problems with Amazon EKS clusters and nodes", NodeCreationFailure.
 */
function checkJoining(world: World, values: Inputs): void {
  const fail = (fault: string) =>
    new CloudError("NodeCreationFailure", `Instances failed to join the kubernetes cluster: ${fault}`);
  checkServiceRole(world, values.nodeRoleArn, "ec2.amazonaws.com", nodePolicies, fail);
  const network = (id: string) => world.find(subnet.type, id)?.inputs.vpcId;
  const control = world.find(cluster.type, values.clusterName)?.outputs.vpcConfig as
    { readonly vpcId?: unknown } | undefined;
  for (const id of values.subnetIds) {
    if (network(id) !== control?.vpcId) {
      throw new CloudError(
        "InvalidParameterException",
        `Subnet ${id} is not in the VPC of cluster ${values.clusterName}`,
      );
    }
    if (!hasWayOut(world, id)) {
      throw fail(`subnet ${id} has no route to 0.0.0.0/0`);
    }
  }
}
