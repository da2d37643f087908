import * as pulumi from "@pulumi/pulumi";
import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { Bucket } from "@pulumi/gcp/storage/bucket";

export interface StateBucketArgs {
  /** Name of the bucket, unique in all of Google Cloud: 3 to 63 lower-case letters, digits, hyphens and underscores. */
  readonly bucketName: string;
  /** Name of the key ring. A key ring, and a key, are never deleted: their names stay taken. */
  readonly keyRingName: string;
  readonly keyName: string;
  /** For instance `us-central1`: of the bucket and of the key. */
  readonly region: string;
  /** Of the bucket and the key; a key ring takes none. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How long a version of the state that was written over is kept. */
const keptDays = 90;

/** Seconds of 90 days. Source: cloud.google.com/kms/docs/key-rotation, "Recommendations" */
const rotationPeriod = "7776000s";

/**
 * A bucket for Pulumi's state that is never public and keeps what is written over, and the key of the secrets in it. Both are
 * protected: with either every stack of the environment would be lost, so that `pulumi state unprotect` goes before a destroy.
 *
 * Who may use them is granted on the project, under conditions: a bucket does not know a role of one's own in its first 20
 * seconds.
 */
export class StateBucket extends pulumi.ComponentResource {
  /** `gs://<bucket>`, for `pulumi login`. */
  readonly backend: pulumi.Output<string>;
  /** `gcpkms://projects/…/cryptoKeys/<key>`, for `pulumi stack init --secrets-provider`. */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, args: StateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:gcp:StateBucket", name, args, opts);
    const kept = { parent: this, protect: true };

    const bucket = new Bucket(
      `${name}-bucket`,
      {
        name: args.bucketName,
        labels: args.labels,
        location: args.region,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: keptDays } }],
        // Said outright: a bucket that holds a state does not go.
        forceDestroy: false,
      },
      kept,
    );

    const keyRing = new KeyRing(`${name}-key-ring`, { name: args.keyRingName, location: args.region }, kept);
    const key = new CryptoKey(
      `${name}-key`,
      { name: args.keyName, keyRing: keyRing.id, purpose: "ENCRYPT_DECRYPT", rotationPeriod, labels: args.labels },
      kept,
    );

    this.backend = pulumi.interpolate`gs://${bucket.name}`;
    this.secretsProvider = pulumi.interpolate`gcpkms://${key.id}`;
    this.registerOutputs({ backend: this.backend, secretsProvider: this.secretsProvider });
  }
}
