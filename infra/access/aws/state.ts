import { cloudNames } from "../../clouds";
import type { IdentityName } from "../identities";
import type { AwsGrant } from "./grants";

const bucket = "arn:{partition}:s3:::{stateBucket}";
const key = ["{stateKey}"];

/** What Pulumi keeps of the environment's stacks in the bucket: states, locks, history, backups. */
const stacks = objects("");

/** Stacks that an app's job has no business with. */
const platformStacks = cloudNames.flatMap((cloud) => [...oneStack(cloud), ...oneStack(`bootstrap-${cloud}`)]);

const backend = {
  source: "pulumi pkg/backend/diy (store.go, lock.go, meta.go): .pulumi/{stacks,locks,history,backups}, meta.yaml",
};
const secrets = {
  source:
    'KMS developer guide, "Permissions for AWS services in key policies"; Amazon S3 user guide, "Using server-side ' +
    'encryption with AWS KMS keys"; gocloud.dev secrets/awskms',
};

const reads: readonly AwsGrant[] = [
  { actions: ["s3:ListBucket"], resources: [bucket], because: backend },
  { actions: ["s3:GetObject"], resources: [`${bucket}/.pulumi/meta.yaml`, ...stacks], because: backend },
  { actions: ["kms:Decrypt"], resources: key, because: secrets },
];

function writes(except: readonly string[]): readonly AwsGrant[] {
  return [
    { actions: ["s3:DeleteObject", "s3:PutObject"], resources: stacks, except, because: backend },
    { actions: ["kms:Encrypt", "kms:GenerateDataKey"], resources: key, because: secrets },
  ];
}

/** What each identity may do with the state in the bucket, where there is one. A preview takes no lock. */
export const stateGrants: Readonly<Record<IdentityName, readonly AwsGrant[]>> = {
  preview: reads,
  deploy: [...reads, ...writes(objects("bootstrap-"))],
  push: [...reads, ...writes(platformStacks)],
  rollout: reads,
};

/** `*` stands for slashes too: `stacks/`, `locks/organization/` and the others. */
function objects(program: string): readonly string[] {
  return [`${bucket}/.pulumi/*/{pulumiProject}/{env}-${program}*`];
}

/** A file and a folder. */
function oneStack(program: string): readonly string[] {
  return [".json*", "/*"].map((end) => `${bucket}/.pulumi/*/{pulumiProject}/{env}-${program}${end}`);
}
