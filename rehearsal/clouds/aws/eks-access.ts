import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { valuesAt } from "../kernel/values";
import type { World } from "../kernel/world";
import { accountId, arn, callerRole, regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { cluster } from "./eks-cluster";

const principal = z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:(role|user)\/.+$/, "the ARN of an IAM role or user");

const inCluster = {
  property: "clusterName",
  types: [cluster.type],
  missing: "ResourceNotFoundException",
};

export const accessEntry: ResourceDefinition = defineResource({
  type: "aws:eks/accessEntry:AccessEntry",
  source: 'EKS API CreateAccessEntry; EKS user guide, "Grant IAM users access to Kubernetes with EKS access entries"',
  inputs: z
    .strictObject({
      clusterName: z.string(),
      principalArn: principal,
      kubernetesGroups: z.array(z.string()).optional(),
      type: z.enum(["STANDARD", "FARGATE_LINUX", "EC2_LINUX", "EC2_WINDOWS", "EC2"]).optional(),
      userName: z.string().optional(),
      tags,
    })
    .refine(
      ({ type = "STANDARD", kubernetesGroups }) => type === "STANDARD" || kubernetesGroups === undefined,
      "kubernetesGroups only with type STANDARD",
    )
    .refine(
      ({ kubernetesGroups = [] }) => !kubernetesGroups.some((group) => group.startsWith("system:")),
      "kubernetesGroups cannot begin with system:",
    ),
  immutable: ["clusterName", "principalArn", "type"],
  computed: ["accessEntryArn", "createdAt", "kubernetesGroups", "userName", "type", "tagsAll"],
  identity: (inputs) => `${inputs.clusterName}/${inputs.principalArn}`,
  taken: "ResourceInUseException",
  references: [inCluster],
  seconds: seconds.immediate,
  permissions: {
    create: "eks:CreateAccessEntry",
    update: "eks:UpdateAccessEntry",
    delete: "eks:DeleteAccessEntry",
    read: "eks:DescribeAccessEntry",
  },
  verify: (inputs, { world }) => {
    const found = world.find(cluster.type, inputs.clusterName);
    const [mode = "CONFIG_MAP"] = valuesAt(found?.inputs, "accessConfig.authenticationMode");
    if (mode === "CONFIG_MAP") {
      throw new CloudError(
        "InvalidRequestException",
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
      );
    }
    if (creatorIsAdministrator(world, inputs.clusterName) && inputs.principalArn === callerRole) {
      throw new CloudError(
        "ResourceInUseException",
        `The specified access entry resource is already in use on this cluster: ${callerRole} created it.`,
      );
    }
  },
  create: (inputs, { config, previous }) => ({
    id: `${inputs.clusterName}:${inputs.principalArn}`,
    outputs: {
      accessEntryArn: arn(
        "eks",
        regionOf(config),
        `access-entry/${inputs.clusterName}/${inputs.principalArn.split("/").slice(1).join("/")}`,
      ),
      createdAt: previous?.outputs.createdAt ?? new Date().toISOString(),
      kubernetesGroups: inputs.kubernetesGroups ?? [],
      userName: inputs.userName ?? inputs.principalArn,
      type: inputs.type ?? "STANDARD",
      ...tagsAll(inputs, config),
    },
  }),
});

/** EKS user guide, "Review access policy permissions". */
const accessPolicies = [
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSViewPolicy",
];

export const accessPolicyAssociation: ResourceDefinition = defineResource({
  type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  source: 'EKS API AssociateAccessPolicy; EKS user guide, "Review access policy permissions"',
  inputs: z.strictObject({
    clusterName: z.string(),
    principalArn: principal,
    policyArn: z
      .string()
      .refine(
        (value) => accessPolicies.some((name) => value === `arn:aws:eks::aws:cluster-access-policy/${name}`),
        "ResourceNotFoundException: no such access policy",
      ),
    accessScope: z
      .strictObject({ type: z.enum(["cluster", "namespace"]), namespaces: z.array(z.string()).min(1).optional() })
      .refine(
        ({ type, namespaces }) => (type === "namespace") === (namespaces !== undefined),
        "namespaces go with type namespace, and only with it",
      ),
  }),
  immutable: ["clusterName", "principalArn", "policyArn", "accessScope"],
  computed: ["associatedAt", "modifiedAt"],
  identity: (inputs) => `${inputs.clusterName}/${inputs.principalArn}/${inputs.policyArn}`,
  references: [inCluster],
  seconds: seconds.immediate,
  permissions: {
    create: "eks:AssociateAccessPolicy",
    delete: "eks:DisassociateAccessPolicy",
    read: "eks:ListAssociatedAccessPolicies",
  },
  verify: (inputs, { world }) => {
    const entry = world.find(accessEntry.type, `${inputs.clusterName}:${inputs.principalArn}`);
    if (entry === undefined) {
      throw new CloudError("ResourceNotFoundException", `There is no access entry for ${inputs.principalArn}`);
    }
    if (entry.outputs.type !== "STANDARD") {
      throw new CloudError(
        "InvalidRequestException",
        `Access policies go only with entries of type STANDARD, not ${String(entry.outputs.type)}`,
      );
    }
  },
  create: (inputs) => {
    const now = new Date().toISOString();
    return {
      id: `${inputs.clusterName}#${inputs.principalArn}#${inputs.policyArn}`,
      outputs: { associatedAt: now, modifiedAt: now },
    };
  },
});

function creatorIsAdministrator(world: World, clusterName: string): boolean {
  const [given = true] = valuesAt(
    world.find(cluster.type, clusterName)?.inputs,
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
  );
  return given === true && callerRole.includes(accountId);
}
