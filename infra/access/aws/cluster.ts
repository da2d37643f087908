import { type AwsGrant, inRegion, provider, taggedAtCreation } from "./grants";

const cluster = ["arn:{partition}:eks:{region}:{account}:cluster/{cluster}"];

function parts(...types: readonly string[]): readonly string[] {
  return types.map((type) => `arn:{partition}:eks:{region}:{account}:${type}/{cluster}/*`);
}

const addOns = parts("addon");
const entries = parts("access-entry");
const nodeGroups = parts("nodegroup");

/** The control plane's logs: CloudWatch names a group with and without the streams in it. */
const logGroup = [
  "arn:{partition}:logs:{region}:{account}:log-group:/aws/eks/{cluster}/cluster",
  "arn:{partition}:logs:{region}:{account}:log-group:/aws/eks/{cluster}/cluster:*",
];

export const describeCluster = (because: AwsGrant["because"]): AwsGrant => ({
  actions: ["eks:DescribeCluster"],
  resources: cluster,
  because,
});

export const clusterReads: readonly AwsGrant[] = [
  describeCluster("recorded"),
  { actions: ["eks:DescribeNodegroup"], resources: nodeGroups, because: "recorded" },
  { actions: ["eks:DescribeAddon"], resources: addOns, because: "recorded" },
  {
    actions: ["eks:DescribeAccessEntry", "eks:ListAssociatedAccessPolicies"],
    resources: entries,
    because: "recorded",
  },
  { actions: ["logs:DescribeLogGroups"], resources: ["*"], conditions: inRegion, because: "recorded" },
  { actions: ["logs:ListTagsForResource"], resources: logGroup, because: provider("logs (listTags)") },
];

export const clusterWrites: readonly AwsGrant[] = [
  {
    // A cluster that is not there yet cannot be named.
    actions: ["eks:CreateCluster"],
    resources: ["*"],
    conditions: taggedAtCreation,
    because: "recorded",
  },
  {
    actions: [
      "eks:CreateAccessEntry",
      "eks:CreateAddon",
      "eks:CreateNodegroup",
      "eks:DeleteCluster",
      "eks:UpdateClusterConfig",
    ],
    resources: cluster,
    because: "recorded",
  },
  {
    actions: ["eks:AssociateEncryptionConfig", "eks:DescribeUpdate", "eks:UpdateClusterVersion"],
    resources: cluster,
    because: provider("eks/cluster.go (resourceClusterUpdate)"),
  },
  { actions: ["eks:DeleteNodegroup", "eks:UpdateNodegroupVersion"], resources: nodeGroups, because: "recorded" },
  {
    actions: ["eks:DescribeUpdate", "eks:UpdateNodegroupConfig"],
    resources: nodeGroups,
    because: provider("eks/node_group.go (resourceNodeGroupUpdate)"),
  },
  { actions: ["eks:DeleteAddon", "eks:UpdateAddon"], resources: addOns, because: "recorded" },
  { actions: ["eks:DescribeUpdate"], resources: addOns, because: provider("eks/addon.go (resourceAddonUpdate)") },
  {
    actions: ["eks:DeleteAccessEntry", "eks:DisassociateAccessPolicy", "eks:UpdateAccessEntry"],
    resources: entries,
    because: "recorded",
  },
  {
    actions: ["eks:AssociateAccessPolicy"],
    resources: entries,
    conditions: {
      StringEquals: { "eks:policyArn": ["arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"] },
    },
    because: "recorded",
  },
  {
    actions: ["eks:TagResource", "eks:UntagResource"],
    resources: [...cluster, ...nodeGroups, ...addOns, ...entries],
    because: provider("eks (updateTags); EKS asks for it of tags at creation too"),
  },
  {
    actions: ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"],
    resources: logGroup,
    because: "recorded",
  },
  {
    actions: ["logs:DeleteRetentionPolicy", "logs:TagResource", "logs:UntagResource"],
    resources: logGroup,
    because: provider("logs (resourceGroupUpdate, updateTags)"),
  },
];
