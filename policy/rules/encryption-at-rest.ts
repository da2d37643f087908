import { type Fault, type ResourceRule, says } from "../rule";
import { at, list, unknown } from "../value";

const ebsSource = "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html";

/**
 * What AWS does not encrypt unasked, and keys that turn. Buckets, registries, and all disks of Google Cloud and Azure are
 * encrypted by the clouds themselves, and that cannot be switched off (docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html,
 * cloud.google.com/docs/security/encryption/default-encryption, learn.microsoft.com/azure/virtual-machines/disk-encryption-overview).
 */
export const encryptionAtRest: ResourceRule = {
  name: "encryption-at-rest",
  demand: "What is stored is encrypted, with keys that turn.",
  checks: {
    "aws:eks/cluster:Cluster": {
      source: "https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html",
      faults: ({ properties }) => {
        const resources = at(properties, "encryptionConfig", "resources");
        return resources === unknown || list(resources).includes("secrets")
          ? []
          : [
              {
                what: says("encryptionConfig.resources", resources),
                advice: "Name a KMS key in encryptionConfig, and secrets in its resources.",
              },
            ];
      },
    },
    "aws:eks/nodeGroup:NodeGroup": {
      source: ebsSource,
      faults: ({ properties }) =>
        at(properties, "launchTemplate") === undefined
          ? [
              {
                what: "launchTemplate is not set, so that the nodes' disks are not encrypted",
                advice: "Give the nodes a launch template with an encrypted volume.",
              },
            ]
          : [],
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
      source: ebsSource,
      faults: ({ properties }) => {
        const mappings = at(properties, "blockDeviceMappings");
        if (mappings === undefined) {
          return [{ what: "blockDeviceMappings is not set", advice: "Name the root volume, with encrypted: true." }];
        }
        return list(mappings).flatMap((mapping, index) =>
          encrypted(`blockDeviceMappings[${index}].ebs.encrypted`, at(mapping, "ebs", "encrypted")),
        );
      },
    },
    "aws:ebs/volume:Volume": {
      source: ebsSource,
      faults: ({ properties }) => encrypted("encrypted", at(properties, "encrypted")),
    },
    "aws:kms/key:Key": {
      source: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
      faults: ({ properties }) => {
        const turns = at(properties, "enableKeyRotation");
        const kind = at(properties, "customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
        // AWS turns no other kind.
        return kind !== "SYMMETRIC_DEFAULT" || turns === true || turns === unknown
          ? []
          : [{ what: says("enableKeyRotation", turns), advice: "Set it to true." }];
      },
    },
    "gcp:kms/cryptoKey:CryptoKey": {
      source: "https://cloud.google.com/kms/docs/key-rotation",
      faults: ({ properties }) =>
        at(properties, "rotationPeriod") === undefined &&
        (at(properties, "purpose") ?? "ENCRYPT_DECRYPT") === "ENCRYPT_DECRYPT"
          ? [{ what: says("rotationPeriod", undefined), advice: 'Set it, for instance to "7776000s", 90 days.' }]
          : [],
    },
  },
};

/** The launch template's is a text, the volume's a flag. */
function encrypted(path: string, value: unknown): Fault[] {
  return value === true || value === "true" || value === unknown
    ? []
    : [{ what: says(path, value), advice: "Set it to true." }];
}
