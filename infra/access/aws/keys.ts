import { type AwsGrant, inRegion, provider, tagged, taggedAtCreation } from "./grants";

const keys = ["arn:{partition}:kms:{region}:{account}:key/*"];
const alias = ["arn:{partition}:kms:{region}:{account}:alias/{cluster}-secrets"];

/** The key of the cluster's secrets: it has no name of its own, so that its tags say whose it is. */
export const keyReads: readonly AwsGrant[] = [
  { actions: ["kms:DescribeKey"], resources: keys, conditions: tagged, because: "recorded" },
  {
    actions: ["kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    resources: keys,
    conditions: tagged,
    because: provider("kms/key.go (findKeyInfo)"),
  },
  { actions: ["kms:ListAliases"], resources: ["*"], conditions: inRegion, because: "recorded" },
];

export const keyWrites: readonly AwsGrant[] = [
  { actions: ["kms:CreateKey"], resources: ["*"], conditions: taggedAtCreation, because: "recorded" },
  {
    // Only of a key that is nobody's yet: the key of the state, which is tagged, is out of reach.
    actions: ["kms:TagResource"],
    resources: keys,
    conditions: { ...taggedAtCreation, Null: { "aws:ResourceTag/project": ["true"] } },
    because: { source: "KMS API CreateKey, Tags: kms:TagResource in an IAM policy" },
  },
  {
    actions: ["kms:TagResource", "kms:UntagResource"],
    resources: keys,
    conditions: { ...tagged, "ForAllValues:StringNotEquals": { "aws:TagKeys": ["project", "env"] } },
    because: provider("kms (updateTags)"),
  },
  {
    actions: ["kms:ScheduleKeyDeletion", "kms:UpdateKeyDescription"],
    resources: keys,
    conditions: tagged,
    because: "recorded",
  },
  {
    actions: ["kms:DisableKeyRotation", "kms:EnableKeyRotation"],
    resources: keys,
    conditions: tagged,
    because: provider("kms/key.go (resourceKeyCreate, resourceKeyUpdate)"),
  },
  {
    actions: ["kms:CreateGrant"],
    resources: keys,
    conditions: tagged,
    because: {
      source: 'EKS user guide, "Encrypt Kubernetes secrets with KMS on existing clusters": the caller\'s rights',
    },
  },
  {
    // An alias and its key are each asked for.
    actions: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
    resources: alias,
    because: "recorded",
  },
  {
    actions: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
    resources: keys,
    conditions: tagged,
    because: "recorded",
  },
];
