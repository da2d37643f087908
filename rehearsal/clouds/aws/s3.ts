import { z } from "zod";
import { defineResource, type Reference, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { policyDocument, readPolicy } from "./iam-text";

/** Amazon S3 user guide, "General purpose bucket naming rules". */
const bucketName = z
  .string()
  .min(3)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/, "lower-case letters, digits, dots and hyphens, a letter or digit at the ends")
  .refine((name) => !name.includes(".."), "InvalidBucketName: no two dots side by side")
  .refine((name) => !/^\d+(\.\d+){3}$/.test(name), "InvalidBucketName: not formatted as an IP address")
  .refine((name) => !/^(xn--|sthree-|amzn-s3-demo-)/.test(name), "InvalidBucketName: a prefix that S3 reserves")
  .refine(
    (name) => !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name),
    "InvalidBucketName: a suffix that S3 reserves",
  );

export const bucket: ResourceDefinition = defineResource({
  type: "aws:s3/bucket:Bucket",
  source: "S3 API CreateBucket, DeleteBucket",
  inputs: z.strictObject({ bucket: bucketName, tags }),
  immutable: ["bucket"],
  computed: ["arn", "bucketDomainName", "bucketRegionalDomainName", "tagsAll"],
  // One namespace for all accounts of a partition; the simulated AWS is one account.
  identity: (inputs) => inputs.bucket,
  taken: "BucketAlreadyOwnedByYou",
  autoName: { property: "bucket", separator: "-", digits: 7 },
  seconds: seconds.immediate,
  permissions: {
    create: "s3:CreateBucket",
    update: "s3:PutBucketTagging",
    delete: "s3:DeleteBucket",
    read: "s3:ListBucket",
  },
  create: (inputs, { config }) => ({
    id: inputs.bucket,
    outputs: {
      arn: arnOf(inputs.bucket),
      bucketDomainName: `${inputs.bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${inputs.bucket}.s3.${regionOf(config)}.amazonaws.com`,
      ...tagsAll(inputs, config),
    },
  }),
});

/** A bucket's settings go with it, and each is there once. */
const ofBucket: Reference = { property: "bucket", types: [bucket.type], missing: "NoSuchBucket" };

export const versioning: ResourceDefinition = defineResource({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  source: "S3 API PutBucketVersioning",
  inputs: z.strictObject({
    bucket: z.string(),
    versioningConfiguration: z.strictObject({ status: z.enum(["Enabled", "Suspended", "Disabled"]) }),
  }),
  immutable: ["bucket"],
  computed: [],
  references: [ofBucket],
  seconds: seconds.immediate,
  permissions: {
    create: "s3:PutBucketVersioning",
    delete: "s3:PutBucketVersioning",
    read: "s3:GetBucketVersioning",
  },
  create: ({ bucket: id }) => ({ id, outputs: {} }),
});

export const encryption: ResourceDefinition = defineResource({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  source: "S3 API PutBucketEncryption, ServerSideEncryptionByDefault",
  inputs: z.strictObject({
    bucket: z.string(),
    rules: z
      .array(
        z.strictObject({
          bucketKeyEnabled: z.boolean().optional(),
          applyServerSideEncryptionByDefault: z
            .strictObject({
              sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
              // S3 does not ask KMS whether there is such a key.
              kmsMasterKeyId: z.string().optional(),
            })
            .refine(
              ({ sseAlgorithm, kmsMasterKeyId }) => sseAlgorithm !== "AES256" || kmsMasterKeyId === undefined,
              "InvalidArgument: a key goes with aws:kms or aws:kms:dsse only",
            ),
        }),
      )
      .length(1, "one rule"),
  }),
  immutable: ["bucket"],
  computed: [],
  references: [ofBucket],
  seconds: seconds.immediate,
  permissions: {
    create: "s3:PutEncryptionConfiguration",
    delete: "s3:PutEncryptionConfiguration",
    read: "s3:GetEncryptionConfiguration",
  },
  create: ({ bucket: id }) => ({ id, outputs: {} }),
});

const flag = z.boolean().optional();

export const publicAccessBlock: ResourceDefinition = defineResource({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  source: "S3 API PutPublicAccessBlock",
  inputs: z.strictObject({
    bucket: z.string(),
    blockPublicAcls: flag,
    blockPublicPolicy: flag,
    ignorePublicAcls: flag,
    restrictPublicBuckets: flag,
  }),
  immutable: ["bucket"],
  computed: [],
  references: [ofBucket],
  seconds: seconds.immediate,
  permissions: {
    create: "s3:PutBucketPublicAccessBlock",
    delete: "s3:PutBucketPublicAccessBlock",
    read: "s3:GetBucketPublicAccessBlock",
  },
  create: ({ bucket: id }) => ({ id, outputs: {} }),
});

/** Bytes of a bucket's policy: Amazon S3 user guide, "Bucket policies". */
const longestPolicy = 20 * 1024;

export const bucketPolicy: ResourceDefinition = defineResource({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  source: 'S3 API PutBucketPolicy; Amazon S3 user guide, "Blocking public access to your Amazon S3 storage"',
  inputs: z.strictObject({ bucket: z.string(), policy: policyDocument(longestPolicy) }),
  immutable: ["bucket"],
  computed: [],
  references: [ofBucket],
  seconds: seconds.immediate,
  permissions: { create: "s3:PutBucketPolicy", delete: "s3:DeleteBucketPolicy", read: "s3:GetBucketPolicy" },
  verify: ({ bucket: id, policy }, { world }) => {
    const statements = readPolicy(policy) ?? [];
    const own = arnOf(id);
    const foreign = statements.flatMap(({ Resource }) => Resource ?? []).some((item) => !isOf(own, item));
    if (foreign) {
      throw new CloudError("MalformedPolicy", "Policy has invalid resource");
    }
    const blocked = world.find(publicAccessBlock.type, id)?.inputs.blockPublicPolicy === true;
    const open = statements.some(
      ({ Effect, Principal, Condition }) => Effect === "Allow" && isEverybody(Principal) && Condition === undefined,
    );
    if (blocked && open) {
      throw new CloudError(
        "AccessDenied",
        "public policies are blocked by the BlockPublicPolicy block public access setting.",
      );
    }
  },
  create: ({ bucket: id }) => ({ id, outputs: {} }),
});

/** A bucket's ARN has neither region nor account (Service Authorization Reference, Amazon S3). */
function arnOf(name: string): string {
  return `arn:aws:s3:::${name}`;
}

function isOf(bucketArn: string, resource: string): boolean {
  return resource === bucketArn || resource.startsWith(`${bucketArn}/`);
}

function isEverybody(principal: string | Readonly<Record<string, string | readonly string[]>> | undefined): boolean {
  return principal === "*" || (typeof principal === "object" && [principal.AWS ?? []].flat().includes("*"));
}
