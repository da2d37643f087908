import { type AwsGrant, provider } from "./grants";

const controlPlane = "arn:{partition}:iam::{account}:role/{controlPlaneRole}";
const nodes = "arn:{partition}:iam::{account}:role/{nodeRole}";
/** The two that the environment's stack makes. No wildcard: a name beside them may be an identity of CI. */
const roles = [controlPlane, nodes];

/** What may be on them (components/aws/cluster.ts, nodes.ts), all of it AWS's own. */
const policies = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryPullOnly",
].map((name) => `arn:{partition}:iam::aws:policy/${name}`);

export const roleReads: readonly AwsGrant[] = [
  { actions: ["iam:GetRole", "iam:ListAttachedRolePolicies"], resources: roles, because: "recorded" },
  { actions: ["iam:ListRolePolicies"], resources: roles, because: provider("iam/role.go (resourceRoleRead)") },
];

export const roleWrites: readonly AwsGrant[] = [
  { actions: ["iam:CreateRole", "iam:DeleteRole", "iam:UpdateRole"], resources: roles, because: "recorded" },
  {
    actions: [
      "iam:ListInstanceProfilesForRole",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRoleDescription",
    ],
    resources: roles,
    because: provider("iam/role.go (resourceRoleUpdate, resourceRoleDelete)"),
  },
  {
    actions: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
    resources: roles,
    conditions: { ArnEquals: { "iam:PolicyARN": policies } },
    because: "recorded",
  },
  {
    actions: ["iam:PassRole"],
    resources: [controlPlane],
    conditions: { StringEquals: { "iam:PassedToService": ["eks.amazonaws.com"] } },
    because: "recorded",
  },
  {
    // To the node group, and by it to the instances.
    actions: ["iam:PassRole"],
    resources: [nodes],
    conditions: { StringEquals: { "iam:PassedToService": ["eks.amazonaws.com", "ec2.amazonaws.com"] } },
    because: "recorded",
  },
  {
    // EKS makes them in the account's first cluster and node group.
    actions: ["iam:CreateServiceLinkedRole"],
    resources: [
      "arn:{partition}:iam::{account}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
      "arn:{partition}:iam::{account}:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup",
    ],
    conditions: { StringEquals: { "iam:AWSServiceName": ["eks.amazonaws.com", "eks-nodegroup.amazonaws.com"] } },
    because: "recorded",
  },
];
