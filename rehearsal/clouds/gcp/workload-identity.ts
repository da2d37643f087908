import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { googleErrors, projectNumber, projectOf } from "./context";
import { project } from "./schemas";

export const workloadIdentityPoolType = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool";
export const workloadIdentityProviderType = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";

/** Source: terraform-provider-google iambeta, ValidateWorkloadIdentityPoolId */
const poolId = z
  .string()
  .min(4)
  .max(32)
  .regex(/^[0-9a-z-]+$/, "must contain only lowercase letters (a-z), numbers (0-9), or dashes (-)")
  .refine((id) => !id.startsWith("gcp-"), 'can not start with "gcp-"');

const described = {
  displayName: z.string().max(32).optional(),
  description: z.string().max(256).optional(),
  disabled: z.boolean().optional(),
  project: project.optional(),
};

/**
 * A deleted one is gone after some 30 days, and can be undeleted until then; the provider does not.
 * Source: IAM API, WorkloadIdentityPool.state; hashicorp/terraform-provider-google#14191
 */
const held = {
  seconds: 30 * 24 * 60 * 60,
  error: "googleapi: Error 409: Requested entity already exists. It was deleted, and can be undeleted for 30 days",
};

export const workloadIdentityPool = defineResource({
  type: workloadIdentityPoolType,
  source: "terraform-provider-google iambeta/resource_iam_workload_identity_pool.go; IAM API workloadIdentityPools",
  inputs: z.strictObject({ workloadIdentityPoolId: poolId, ...described }),
  immutable: ["workloadIdentityPoolId", "project"],
  computed: ["name", "state", "project"],
  identity: (inputs, context) => poolPath(projectOf(inputs, context), inputs.workloadIdentityPoolId),
  taken: "googleapi: Error 409: Requested entity already exists",
  held,
  // Observed 5 s in a public log.
  seconds: { create: 5, delete: 5 },
  permissions: {
    create: "iam.googleapis.com/workloadIdentityPools.create",
    update: "iam.googleapis.com/workloadIdentityPools.update",
    delete: "iam.googleapis.com/workloadIdentityPools.delete",
    read: "iam.googleapis.com/workloadIdentityPools.get",
  },
  create: (inputs, context) => {
    const owner = projectOf(inputs, context);
    return {
      id: poolPath(owner, inputs.workloadIdentityPoolId),
      outputs: { name: poolPath(projectNumber(owner), inputs.workloadIdentityPoolId), state: "ACTIVE", project: owner },
    };
  },
});

const providerSchema = z.strictObject({
  workloadIdentityPoolId: poolId,
  workloadIdentityPoolProviderId: poolId,
  ...described,
  attributeMapping: z.record(z.string().max(100), z.string().min(1).max(2048)).optional(),
  attributeCondition: z.string().optional(),
  // Of the four kinds of provider the platform uses this one.
  oidc: z.strictObject({
    issuerUri: z.string(),
    allowedAudiences: z.array(z.string().max(256)).max(10).optional(),
  }),
});

export const workloadIdentityProvider = defineResource({
  type: workloadIdentityProviderType,
  source:
    "terraform-provider-google iambeta/resource_iam_workload_identity_pool_provider.go; IAM API workloadIdentityPools.providers",
  inputs: providerSchema,
  immutable: ["workloadIdentityPoolId", "workloadIdentityPoolProviderId", "project"],
  computed: ["name", "state", "project"],
  identity: (inputs, context) => providerPath(projectOf(inputs, context), inputs),
  taken: "googleapi: Error 409: Requested entity already exists",
  held,
  references: [
    {
      property: "workloadIdentityPoolId",
      types: [workloadIdentityPoolType],
      by: "workloadIdentityPoolId",
      missing: googleErrors.notFound,
    },
  ],
  // Observed 3 s in a public log.
  seconds: { create: 3, delete: 3 },
  permissions: {
    create: "iam.googleapis.com/workloadIdentityPoolProviders.create",
    update: "iam.googleapis.com/workloadIdentityPoolProviders.update",
    delete: "iam.googleapis.com/workloadIdentityPoolProviders.delete",
    read: "iam.googleapis.com/workloadIdentityPoolProviders.get",
  },
  verify: (inputs) => {
    const fault = providerFault(inputs);
    if (fault !== undefined) {
      throw new CloudError(googleErrors.badRequest, fault);
    }
  },
  create: (inputs, context) => {
    const owner = projectOf(inputs, context);
    return {
      id: providerPath(owner, inputs),
      outputs: { name: providerPath(projectNumber(owner), inputs), state: "ACTIVE", project: owner },
    };
  },
});

/** Issuers that many tenants share: their tokens must be told apart by a condition. */
const sharedIssuers = ["https://token.actions.githubusercontent.com"];

/** Source: the documentation of each field in the IAM API, if nothing else is said */
function providerFault(inputs: z.output<typeof providerSchema>): string | undefined {
  const mapping = inputs.attributeMapping ?? {};
  if (mapping["google.subject"] === undefined) {
    return "attribute mappings must include a mapping to google.subject";
  }
  const unknown = Object.keys(mapping).find((key) => !/^(google\.(subject|groups)|attribute\.[a-z0-9_]+)$/.test(key));
  if (unknown !== undefined) {
    return `attribute mapping key ${unknown} is neither google.subject, google.groups nor attribute.[a-z0-9_]`;
  }
  if (Object.keys(mapping).filter((key) => key.startsWith("attribute.")).length > 50) {
    return "at most 50 custom attributes can be mapped";
  }
  if (!/^https:\/\/[^?#]+$/.test(inputs.oidc.issuerUri)) {
    return `issuer ${inputs.oidc.issuerUri} must be an https address without query and fragment`;
  }
  const condition = inputs.attributeCondition ?? "";
  if (condition.length > 4096) {
    return "the attribute condition must be at most 4096 characters";
  }
  if (sharedIssuers.includes(inputs.oidc.issuerUri) && !/\b(assertion|attribute|google)\./.test(condition)) {
    // The API's own words: chainguard-dev/terraform-infra-common#672
    return "The attribute condition must reference one of the provider's claims.";
  }
  return undefined;
}

function poolPath(owner: string, pool: string): string {
  return `projects/${owner}/locations/global/workloadIdentityPools/${pool}`;
}

function providerPath(
  owner: string,
  ids: { readonly workloadIdentityPoolId: string; readonly workloadIdentityPoolProviderId: string },
): string {
  return `${poolPath(owner, ids.workloadIdentityPoolId)}/providers/${ids.workloadIdentityPoolProviderId}`;
}
