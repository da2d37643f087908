import { type AwsGrant, inRegion, provider } from "./grants";

/** The environment's repositories, one for each app. */
const repositories = ["arn:{partition}:ecr:{region}:{account}:repository/{cluster}-*"];
const promotedFrom = ["arn:{partition}:ecr:{region}:{account}:repository/{promotedFrom}-*"];

export const registryReads: readonly AwsGrant[] = [
  { actions: ["ecr:DescribeRepositories", "ecr:GetLifecyclePolicy"], resources: repositories, because: "recorded" },
  { actions: ["ecr:ListTagsForResource"], resources: repositories, because: provider("ecr (listTags)") },
];

export const registryWrites: readonly AwsGrant[] = [
  {
    actions: [
      "ecr:CreateRepository",
      "ecr:DeleteLifecyclePolicy",
      "ecr:DeleteRepository",
      "ecr:PutImageTagMutability",
      "ecr:PutLifecyclePolicy",
    ],
    resources: repositories,
    because: "recorded",
  },
  {
    actions: ["ecr:PutImageScanningConfiguration", "ecr:TagResource", "ecr:UntagResource"],
    resources: repositories,
    because: provider(
      "ecr (resourceRepositoryUpdate, updateTags); ECR asks for ecr:TagResource of tags at creation too",
    ),
  },
];

/** What reads an image: manifests, layers, and whether a layer is there. */
const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Amazon ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private repository". */
export const images: readonly AwsGrant[] = [
  { actions: ["ecr:GetAuthorizationToken"], resources: ["*"], conditions: inRegion, because: "recorded" },
  {
    actions: [...pull, "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"],
    resources: repositories,
    because: "recorded",
  },
  { actions: pull, resources: promotedFrom, because: "recorded" },
];
