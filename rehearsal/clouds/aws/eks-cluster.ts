import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type CallContext, defineResource, type ResourceDefinition } from "../kernel/definition";
import { deleteObjectsOf } from "../kubernetes/objects";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import { valuesAt } from "../kernel/values";
import type { CloudRecord } from "../kernel/world";
import { arn, regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { checkUpdate, checkSubnets } from "./eks-cluster-rules";
import { checkServiceRole, role } from "./iam";
import { key } from "./kms";
import { ensureLogGroup } from "./logs";
import { passRole } from "./pass-role";
import { subnet } from "./vpc";

const inputs = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(
      /^[0-9A-Za-z][A-Za-z0-9\-_]*$/,
      "letters, digits, hyphens and underscores, beginning with a letter or digit",
    ),
  roleArn: z.string(),
  version: z
    .string()
    .regex(/^1\.\d{2}$/, "a Kubernetes minor version")
    .optional(),
  vpcConfig: z
    .strictObject({
      subnetIds: z.array(z.string()).min(2, "subnets specified must be in at least two different AZs"),
      securityGroupIds: z.array(z.string()).optional(),
      endpointPrivateAccess: z.boolean().optional(),
      endpointPublicAccess: z.boolean().optional(),
      publicAccessCidrs: z.array(z.cidrv4()).min(1).optional(),
    })
    .refine(
      ({ endpointPrivateAccess = false, endpointPublicAccess = true }) => endpointPrivateAccess || endpointPublicAccess,
      "private and public endpoint access cannot both be off",
    ),
  accessConfig: z
    .strictObject({
      authenticationMode: z.enum(["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"]).optional(),
      bootstrapClusterCreatorAdminPermissions: z.boolean().optional(),
    })
    .optional(),
  bootstrapSelfManagedAddons: z.boolean().optional(),
  enabledClusterLogTypes: z
    .array(z.enum(["api", "audit", "authenticator", "controllerManager", "scheduler"]))
    .optional(),
  encryptionConfig: z
    .strictObject({
      provider: z.strictObject({ keyArn: z.string() }),
      resources: z.tuple([z.literal("secrets")]),
    })
    .optional(),
  upgradePolicy: z.strictObject({ supportType: z.enum(["STANDARD", "EXTENDED"]) }).optional(),
  deletionProtection: z.boolean().optional(),
  tags,
});

export const cluster: ResourceDefinition = defineResource({
  type: "aws:eks/cluster:Cluster",
  source: 'EKS API CreateCluster, UpdateClusterConfig, DeleteCluster; EKS user guide, "Network requirements"',
  inputs,
  immutable: [
    "name",
    "roleArn",
    "encryptionConfig",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
  ],
  computed: [
    "arn",
    "endpoint",
    "certificateAuthority",
    "identities",
    "platformVersion",
    "status",
    "createdAt",
    "vpcConfig",
    "kubernetesNetworkConfig",
    "tagsAll",
  ],
  identity: (values, { config }) => `${regionOf(config)}/${values.name}`,
  taken: "ResourceInUseException",
  autoName: { property: "name", separator: "-", digits: 7 },
  references: [
    { property: "roleArn", types: [role.type], by: "arn", missing: "InvalidParameterException" },
    {
      property: "vpcConfig.subnetIds[]",
      types: [subnet.type],
      missing: "InvalidParameterException",
      inUse: "DependencyViolation",
    },
    {
      property: "encryptionConfig.provider.keyArn",
      types: [key.type],
      by: "arn",
      missing: "InvalidParameterException",
    },
  ],
  seconds: seconds.cluster,
  permissions: {
    create: "eks:CreateCluster",
    update: "eks:UpdateClusterConfig",
    delete: "eks:DeleteCluster",
    read: "eks:DescribeCluster",
  },
  verify: (values, { world }) => {
    // The real provider retries while the role's policies spread; what it meets in the end is this.
    checkServiceRole(
      world,
      values.roleArn,
      "eks.amazonaws.com",
      ["AmazonEKSClusterPolicy"],
      (fault) => new CloudError("InvalidParameterException", fault),
    );
    world.authorize(passRole(values.roleArn, "eks.amazonaws.com"));
  },
  verifyDelete: (record, { world }) => {
    if (record.inputs.deletionProtection === true) {
      throw new CloudError(
        "InvalidRequestException",
        `Cluster ${record.id} has deletion protection enabled; disable it before you delete the cluster`,
      );
    }
    checkServiceRole(
      world,
      String(record.inputs.roleArn),
      "eks.amazonaws.com",
      ["AmazonEKSClusterPolicy"],
      (fault) => new CloudError("ClientException", `cannot remove the cluster's network interfaces: ${fault}`),
    );
  },
  // Add-ons, access entries and their policies are parts of a cluster, and so is all that runs on it.
  whenDeleted: (record, { world }) => {
    for (const part of world.list().filter(({ type, inputs }) => isPart(type) && inputs.clusterName === record.id)) {
      world.delete(part.type, part.id);
    }
    deleteObjectsOf(world, String(record.outputs.endpoint));
  },
  create: (values, context) => {
    const { world, config, previous } = context;
    checkSubnets(world, values.vpcConfig.subnetIds);
    if (previous === undefined) {
      world.authorize({
        action: "iam:CreateServiceLinkedRole",
        conditions: { "iam:AWSServiceName": "eks.amazonaws.com" },
      });
    } else {
      checkUpdate(previous, values, world);
    }
    if ((values.enabledClusterLogTypes ?? []).length > 0) {
      ensureLogGroup(world, `/aws/eks/${values.name}/cluster`, regionOf(config));
    }
    return { id: values.name, outputs: clusterOutputs(values, context) };
  },
});

const parts = ["addon:Addon", "accessEntry:AccessEntry", "accessPolicyAssociation:AccessPolicyAssociation"];

function isPart(type: string): boolean {
  return parts.some((part) => type === `aws:eks/${part}`);
}

function clusterOutputs(
  values: z.output<typeof inputs>,
  { config, name, world, previous }: CallContext & { readonly previous?: CloudRecord },
) {
  const region = regionOf(config);
  const seed = `${name}/${world.now()}`;
  const id = makeId("", seed, 32).toUpperCase();
  const vpcId = world.find(subnet.type, values.vpcConfig.subnetIds[0] ?? "")?.inputs.vpcId;
  const [securityGroup = makeId("sg-", seed)] = valuesAt(previous?.outputs, "vpcConfig.clusterSecurityGroupId");
  const endpoint = previous?.outputs.endpoint ?? `https://${id}.gr7.${region}.eks.amazonaws.com`;
  return {
    arn: arn("eks", region, `cluster/${values.name}`),
    endpoint,
    certificateAuthority: previous?.outputs.certificateAuthority ?? {
      data: Buffer.from(`simulated authority ${randomUUID()}`).toString("base64"),
    },
    identities: previous?.outputs.identities ?? [
      { oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${id}` }] },
    ],
    platformVersion: "eks.1",
    status: "ACTIVE",
    createdAt: previous?.outputs.createdAt ?? new Date().toISOString(),
    vpcConfig: {
      endpointPrivateAccess: false,
      endpointPublicAccess: true,
      publicAccessCidrs: ["0.0.0.0/0"],
      ...values.vpcConfig,
      vpcId,
      clusterSecurityGroupId: securityGroup,
    },
    kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "172.20.0.0/16" },
    accessConfig: {
      authenticationMode: "CONFIG_MAP",
      bootstrapClusterCreatorAdminPermissions: true,
      ...values.accessConfig,
    },
    upgradePolicy: values.upgradePolicy ?? { supportType: "EXTENDED" },
    ...tagsAll(values, config),
  };
}
