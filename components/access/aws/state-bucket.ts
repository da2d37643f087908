// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

export interface StateBucketArgs {
  /** Name in S3: 3 to 63 lower-case letters, digits and hyphens, unique in all of AWS. */
  readonly bucketName: pulumi.Input<string>;
  /** `alias/…`: the key's name in KMS. */
  readonly keyAlias: string;
  readonly region: string;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Days in which a deleted key can be brought back: 7 to 30 (KMS API ScheduleKeyDeletion). */
const keyDeletionDays = 30;

/**
 * A bucket for Pulumi's state: versioned, so that a state that was overwritten can be brought back; encrypted with a key of its
 * own, which also encrypts the secrets in the states; open to nobody but over TLS. Bucket and key are protected: with either
 * every stack of the environment would be lost, so that `pulumi state unprotect` goes before a destroy.
 */
export class StateBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  /** As `pulumi login` takes it. */
  readonly backend: pulumi.Output<string>;
  /** As `pulumi stack init --secrets-provider` takes it. */
  readonly secretsProvider: string;

  constructor(name: string, args: StateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:aws:StateBucket", name, args, opts);
    const parent = { parent: this };
    const kept = { parent: this, protect: true };

    const key = new kms.Key(
      `${name}-key`,
      {
        description: "Encrypts the state of Pulumi, and the secrets in it",
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays,
        tags: args.tags,
      },
      kept,
    );
    const alias = new kms.Alias(`${name}-key`, { name: args.keyAlias, targetKeyId: key.id }, parent);

    const bucket = new s3.Bucket(`${name}-bucket`, { bucket: args.bucketName, tags: args.tags }, kept);
    const versioning = new s3.BucketVersioning(
      `${name}-versions`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      parent,
    );
    const encryption = new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
            // One request to KMS for many objects (Amazon S3 user guide, "Reducing the cost of SSE-KMS").
            bucketKeyEnabled: true,
          },
        ],
      },
      parent,
    );
    const closed = new s3.BucketPublicAccessBlock(
      `${name}-closed`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    const policy = new s3.BucketPolicy(
      `${name}-policy`,
      { bucket: bucket.id, policy: bucket.arn.apply(encryptedTransportOnly) },
      // S3 changes one setting of a bucket's access at a time (OperationAborted).
      { parent: this, dependsOn: [closed] },
    );

    // Nobody writes a state before all of it holds. URNs, not ids: a preview knows them of what is yet to be made.
    const ready = pulumi.all([versioning, encryption, closed, policy].map(({ urn }) => urn));
    this.bucketName = bucket.bucket;
    this.keyArn = pulumi.all([key.arn, alias.urn]).apply(([arn]) => arn);
    this.backend = pulumi
      .all([bucket.bucket, ready])
      .apply(([bucketName]) => `s3://${bucketName}?region=${args.region}&awssdk=v2`);
    this.secretsProvider = `awskms://${args.keyAlias}?region=${args.region}`;
    this.registerOutputs({
      bucketName: this.bucketName,
      keyArn: this.keyArn,
      backend: this.backend,
      secretsProvider: this.secretsProvider,
    });
  }
}

/** Amazon S3 user guide, "Security best practices", enforce encryption of data in transit. */
function encryptedTransportOnly(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
