/** What a policy allows. */
export interface ManagedPolicy {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const everything = ["*"];

const pull = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

const read = [
  ...pull,
  "ecr:BatchCheckLayerAvailability",
  "ecr:GetRepositoryPolicy",
  "ecr:DescribeRepositories",
  "ecr:ListImages",
  "ecr:DescribeImages",
  "ecr:GetLifecyclePolicy",
  "ecr:GetLifecyclePolicyPreview",
  "ecr:ListTagsForResource",
  "ecr:DescribeImageScanFindings",
];

/**
 * Policies that AWS maintains, by name, with what they allow on ECR; other actions are in only where a rule of the
 * simulation asks for them. A policy that is not here does not exist for the simulation.
 * Source: AWS managed policy reference; Amazon ECR user guide, "AWS managed policies for Amazon ECR".
 */
export const managedPolicies: Readonly<Record<string, ManagedPolicy>> = {
  AmazonEKSClusterPolicy: { actions: [], resources: everything },
  AmazonEKSVPCResourceController: { actions: [], resources: everything },
  AmazonEKSWorkerNodePolicy: {
    actions: ["eks:DescribeCluster", "eks-auth:AssumeRoleForPodIdentity"],
    resources: everything,
  },
  AmazonEKSWorkerNodeMinimalPolicy: { actions: ["eks-auth:AssumeRoleForPodIdentity"], resources: everything },
  AmazonEKS_CNI_Policy: { actions: ["ec2:AssignPrivateIpAddresses"], resources: everything },
  AmazonSSMManagedInstanceCore: { actions: ["ssm:UpdateInstanceInformation"], resources: everything },
  AmazonEC2ContainerRegistryPullOnly: { actions: [...pull, "ecr:BatchImportUpstreamImage"], resources: everything },
  AmazonEC2ContainerRegistryReadOnly: { actions: read, resources: everything },
  AmazonEC2ContainerRegistryPowerUser: {
    actions: [...read, "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"],
    resources: everything,
  },
  AmazonEC2ContainerRegistryFullAccess: { actions: ["ecr:*"], resources: everything },
  ReadOnlyAccess: {
    actions: ["ecr:BatchCheck*", "ecr:BatchGet*", "ecr:Describe*", "ecr:Get*", "ecr:List*"],
    resources: everything,
  },
  AdministratorAccess: { actions: ["*"], resources: everything },
};

/** Name of the managed policy that an ARN names: `arn:aws:iam::aws:policy/AdministratorAccess`; undefined for others. */
export function managedPolicyName(policyArn: string): string | undefined {
  return /^arn:aws:iam::aws:policy\/(?:[\w-]+\/)*([\w+=,.@-]+)$/.exec(policyArn)?.[1];
}
