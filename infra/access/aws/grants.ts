import type { Grant } from "../grant";

/** Condition operator to condition key to values: `{ StringEquals: { "iam:PassedToService": ["eks.amazonaws.com"] } }`. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Actions on resources, under conditions. Resources and conditions' values may hold the names of {@link Scope} in braces:
 * `arn:{partition}:ecr:{region}:{account}:repository/{cluster}-*`.
 */
export interface AwsGrant extends Grant {
  /** As narrow as AWS takes them (Service Authorization Reference). */
  readonly resources: readonly string[];
  /** @default none */
  readonly conditions?: Conditions;
  /** Resources among those that the actions are denied on all the same. @default none */
  readonly except?: readonly string[];
}

/** What the braces stand for. */
export interface Scope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly project: string;
  /** Name of the Pulumi project (Pulumi.yaml), under which a backend keeps the stacks. */
  readonly pulumiProject: string;
  readonly env: string;
  /** Name of the cluster, which repositories begin with too. */
  readonly cluster: string;
  readonly controlPlaneRole: string;
  readonly nodeRole: string;
  /** Clusters of the environments whose images are copied from. A resource that names it stands once for each. */
  readonly promotedFrom: readonly string[];
  /** Name of the bucket for state. @default none is made */
  readonly stateBucket?: string;
  /** ARN of the key that encrypts it. */
  readonly stateKey?: string;
}

/** For actions that name nothing: they are held to the region. */
export const inRegion: Conditions = { StringEquals: { "aws:RequestedRegion": ["{region}"] } };

/** What the environment's stack made: it tags everything so. */
export const tagged: Conditions = {
  StringEquals: { "aws:ResourceTag/project": ["{project}"], "aws:ResourceTag/env": ["{env}"] },
};

/** What is made with those tags. */
export const taggedAtCreation: Conditions = {
  StringEquals: { "aws:RequestTag/project": ["{project}"], "aws:RequestTag/env": ["{env}"] },
};

/** Where the Terraform provider, which @pulumi/aws is made of, asks for an action that the simulated AWS does not. */
export function provider(file: string) {
  return { source: `terraform-provider-aws internal/service/${file}` } as const;
}
