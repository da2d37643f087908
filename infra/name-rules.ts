import { InputError } from "./input-error";

/**
 * What each cloud accepts as a name. Data, not code: the pattern and lengths are the cloud's own, with the
 * place where the cloud says so, so that a name is refused here before anything is created.
 */
export interface NameRule {
  /** What is named, as people call it. */
  readonly what: string;
  readonly pattern: RegExp;
  readonly minimum: number;
  readonly maximum: number;
  /** The rule in words, for the error. */
  readonly words: string;
  readonly source: string;
}

export const nameRules = {
  eksCluster: {
    what: "EKS cluster",
    pattern: /^[0-9A-Za-z][A-Za-z0-9\-_]*$/,
    minimum: 1,
    maximum: 100,
    words: "letters, digits, hyphens and underscores, beginning with a letter or digit",
    source: "EKS API CreateCluster",
  },
  iamRole: {
    what: "IAM role",
    pattern: /^[\w+=,.@-]+$/,
    minimum: 1,
    maximum: 64,
    words: "letters, digits and + = , . @ - _",
    source: "IAM API CreateRole",
  },
  iamPolicy: {
    what: "IAM policy",
    pattern: /^[\w+=,.@-]+$/,
    minimum: 1,
    maximum: 128,
    words: "letters, digits and + = , . @ - _",
    source: "IAM API CreatePolicy",
  },
  s3Bucket: {
    what: "S3 bucket",
    // Dots are allowed, and break TLS by host name.
    pattern: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/,
    minimum: 3,
    maximum: 63,
    words: "lower-case letters, digits and hyphens, beginning and ending with a letter or digit",
    source: 'Amazon S3 user guide, "General purpose bucket naming rules"',
  },
  kmsAlias: {
    what: "KMS alias",
    pattern: /^alias\/(?!aws\/)[\w/-]+$/,
    minimum: 7,
    maximum: 256,
    words: "alias/ and letters, digits, / _ -, not beginning with alias/aws/",
    source: "KMS API CreateAlias",
  },
  eksNodeGroup: {
    what: "EKS node group",
    pattern: /^[0-9A-Za-z][A-Za-z0-9\-_]*$/,
    minimum: 1,
    // EKS takes 63, and Pulumi adds a hyphen and 7 digits, so that a new group can stand beside the one that it replaces.
    maximum: 55,
    words: "letters, digits, hyphens and underscores, beginning with a letter or digit",
    source: "EKS API CreateNodegroup; Pulumi, auto-naming",
  },
  ecrRepository: {
    what: "ECR repository",
    pattern: /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    minimum: 2,
    maximum: 256,
    words: "lower-case letters and digits, separated by single . _ - or /",
    source: "ECR API CreateRepository",
  },
  gkeCluster: {
    what: "GKE cluster",
    pattern: /^[a-z][a-z0-9-]*[a-z0-9]$/,
    minimum: 2,
    maximum: 40,
    words: "lower-case letters, digits and hyphens, beginning with a letter, ending with a letter or digit",
    source: "GKE API clusters.create",
  },
  gcpServiceAccount: {
    what: "Google service account",
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])$/,
    minimum: 6,
    maximum: 30,
    words: "lower-case letters, digits and hyphens, beginning with a letter, ending with a letter or digit",
    source: "IAM API serviceAccounts.create",
  },
  workloadIdentityPool: {
    what: "Google workload identity pool",
    pattern: /^(?!gcp-)[a-z0-9-]+$/,
    minimum: 4,
    maximum: 32,
    words: "lower-case letters, digits and hyphens, not beginning with gcp-",
    source: "IAM API workloadIdentityPools.create",
  },
  googleCustomRole: {
    what: "Google custom role",
    pattern: /^[a-zA-Z0-9_.]+$/,
    minimum: 3,
    // Google takes 64, of which a dot and the 21 digits of its account's unique id end each.
    maximum: 42,
    words: "letters, digits, underscores and periods",
    source: "IAM API projects.roles.create",
  },
  googleBucket: {
    what: "Cloud Storage bucket",
    pattern: /^(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]*[a-z0-9]$/,
    minimum: 3,
    maximum: 63,
    words: 'lower-case letters, digits, hyphens and underscores, not beginning with "goog" or containing "google"',
    source: "cloud.google.com/storage/docs/buckets, Bucket names",
  },
  googleKey: {
    what: "Cloud KMS key or key ring",
    pattern: /^[a-zA-Z0-9_-]+$/,
    minimum: 1,
    maximum: 63,
    words: "letters, digits, hyphens and underscores",
    source: "Cloud KMS API keyRings.create",
  },
  artifactRegistryRepository: {
    what: "Artifact Registry repository",
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    minimum: 2,
    maximum: 63,
    words: "lower-case letters, digits and hyphens, beginning with a letter, ending with a letter or digit",
    source: "Artifact Registry API repositories.create",
  },
  gcpNetwork: {
    what: "Google network resource",
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    minimum: 1,
    maximum: 63,
    words: "lower-case letters, digits and hyphens, beginning with a letter (RFC 1035)",
    source: "Compute API networks.insert",
  },
  azureResourceGroup: {
    what: "Azure resource group",
    pattern: /^[-\w.()]*[-\w()]$/,
    minimum: 1,
    maximum: 90,
    words: "letters, digits, hyphens, underscores, periods and parentheses, not ending with a period",
    source: "Azure resource name rules",
  },
  aksCluster: {
    what: "AKS cluster",
    pattern: /^[A-Za-z0-9]([\w-]*[A-Za-z0-9])?$/,
    minimum: 1,
    maximum: 63,
    words: "letters, digits, hyphens and underscores, beginning and ending with a letter or digit",
    source: "Azure resource name rules",
  },
  aksDnsPrefix: {
    what: "AKS DNS prefix",
    pattern: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
    minimum: 1,
    maximum: 54,
    words: "letters, digits and hyphens, beginning and ending with a letter or digit",
    source: "Azure resource name rules",
  },
  azureRegistry: {
    what: "Azure container registry",
    pattern: /^[A-Za-z0-9]+$/,
    minimum: 5,
    maximum: 50,
    words: "letters and digits only; the name is unique in all of Azure",
    source: "Azure resource name rules",
  },
  managedIdentity: {
    what: "Azure managed identity",
    pattern: /^[A-Za-z0-9][\w-]*$/,
    minimum: 3,
    maximum: 128,
    words: "letters, digits, hyphens and underscores, beginning with a letter or digit",
    source: "Azure resource name rules",
  },
  federatedCredential: {
    what: "Azure federated identity credential",
    pattern: /^[A-Za-z0-9][\w-]*$/,
    minimum: 3,
    maximum: 120,
    words: "letters, digits, hyphens and underscores, beginning with a letter or digit",
    source: "Microsoft Entra, workload identity federation considerations",
  },
  storageAccount: {
    what: "Azure storage account",
    pattern: /^[a-z0-9]+$/,
    minimum: 3,
    maximum: 24,
    words: "lower-case letters and digits only; the name is unique in all of Azure",
    source: "Azure resource name rules",
  },
  keyVault: {
    what: "Azure key vault",
    pattern: /^[A-Za-z](?:-?[A-Za-z0-9])*$/,
    minimum: 3,
    maximum: 24,
    words:
      "letters, digits and single hyphens, beginning with a letter, ending with a letter or digit; the name is unique in " +
      "all of Azure",
    source: "Azure resource name rules",
  },
} as const satisfies Record<string, NameRule>;

/** Thrown for a name that its cloud would refuse; says which setting to change. */
export class NameError extends InputError {
  override readonly name = "NameError";
}

/**
 * Returns `name` when the rule accepts it.
 *
 * @param settings the settings that the name is made of, for the error: `trinity:project "acme", env "dev"`
 * @throws NameError naming the settings, the value, the rule and its source
 */
export function checkedName(rule: NameRule, name: string, settings: string): string {
  const tooLong = name.length > rule.maximum ? `${name.length - rule.maximum} characters too long` : undefined;
  const tooShort = name.length < rule.minimum ? "too short" : undefined;
  const wrongCharacters = rule.pattern.test(name) ? undefined : "not of the allowed form";
  const fault = tooLong ?? tooShort ?? wrongCharacters;
  if (fault === undefined) {
    return name;
  }
  throw new NameError(
    `${rule.what} name "${name}" (made of ${settings}) is ${fault}: ${rule.minimum} to ${rule.maximum} characters, ` +
      `${rule.words} (${rule.source}). Choose another value for one of those settings.`,
  );
}
