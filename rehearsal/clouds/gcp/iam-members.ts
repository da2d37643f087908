import { z } from "zod";
import { type CallContext, defineResource, type Reference } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import { valuesAt } from "../kernel/values";
import { repositoryType } from "./artifact-registry";
import { clusterType } from "./cluster";
import { googleErrors, locationOf, projectOf } from "./context";
import { customRoleType } from "./custom-role";
import { project } from "./schemas";
import { memberTypes, serviceAccountType } from "./service-account";
import { workloadIdentityPoolType } from "./workload-identity";

const [projectMemberType, repositoryMemberType, serviceAccountMemberType] = memberTypes;

const grant = {
  role: z.string().regex(/^(roles\/|projects\/[^/]+\/roles\/|organizations\/\d+\/roles\/)[\w.]+$/, "must be a role"),
  // Source: terraform-provider-google tpgiamresource/resource_iam_member.go, IAMMemberMissing and the member's forms
  member: z
    .string()
    .regex(/^(allUsers|allAuthenticatedUsers|(user|group|domain|serviceAccount|principal|principalSet):.+)$/)
    .refine((member) => !member.startsWith("deleted:")),
};

/** Source: cloud.google.com/iam/docs/conditions-overview, "Structure of a condition"; IAM API Expr */
const condition = z
  .strictObject({
    title: z.string().min(1).max(100),
    description: z.string().max(256).optional(),
    expression: z.string().min(1),
  })
  .optional();

/** A service account of a project, as opposed to one of Google's own or a Kubernetes one. */
const projectServiceAccount = /^serviceAccount:[^@[\]]+@[^@]+\.iam\.gserviceaccount\.com$/;

/** "Service account … does not exist": terraform-provider-google transport/error_retry_predicates.go. It is not retried. */
const memberReference: Reference = {
  property: "member",
  types: [serviceAccountType],
  by: "member",
  missing: googleErrors.badRequest,
  unseen: "refuse",
  except: (member) => !projectServiceAccount.test(String(member)),
};

/** The provider reads the policy back until it has seen the grant three times, a second apart (tpgiamresource/iam.go). */
const seconds = {
  create: 4,
  delete: 4,
  // A grant takes effect in two minutes typically. Source: cloud.google.com/iam/docs/access-change-propagation
  visible: 120,
};

const clusterPool = /(?:serviceAccount:|workloadIdentityPools\/)([a-z0-9-]+\.svc\.id\.goog)(?:\[|\/)/;

const federatedPool = /:\/\/iam\.googleapis\.com\/(projects\/\d+\/locations\/global\/workloadIdentityPools\/[^/.]+)\//;

/**
 * A pool that a member is of must exist. A project's own, that of its clusters, exists from the first such cluster on:
 * terraform-google-kubernetes-engine#916.
 */
function verifyWorkloadPool(inputs: { readonly member: string }, { world }: CallContext): void {
  const federated = federatedPool.exec(inputs.member)?.[1];
  if (
    federated !== undefined &&
    !world.list(workloadIdentityPoolType).some(({ outputs }) => outputs.name === federated)
  ) {
    throw missingPool(federated);
  }
  const pool = clusterPool.exec(inputs.member)?.[1];
  const pools = world
    .list(clusterType)
    .filter((cluster) => cluster.readyAt <= world.now())
    .flatMap((cluster) => valuesAt(cluster.inputs, "workloadIdentityConfig.workloadPool"));
  if (pool !== undefined && !pools.includes(pool)) {
    throw missingPool(pool);
  }
}

function missingPool(pool: string): CloudError {
  return new CloudError(
    googleErrors.badRequest,
    `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the ` +
      "`name` attribute in the configuration API.",
  );
}

const customRole = /^projects\/[^/]+\/roles\/[^/]+$/;

function verifyRole(inputs: { readonly role: string }, { world }: CallContext): void {
  if (customRole.test(inputs.role) && world.find(customRoleType, inputs.role) === undefined) {
    // The API's own words in public logs of Terraform.
    throw new CloudError(googleErrors.badRequest, `Role (${inputs.role}) does not exist in the resource's hierarchy.`);
  }
}

/** Source: cloud.google.com/iam/quotas, "Logical operators in a binding's condition expression" */
const mostOperators = 12;

function verifyCondition(inputs: {
  readonly role: string;
  readonly condition?: { readonly expression: string };
}): void {
  if (inputs.condition === undefined) {
    return;
  }
  if (/^roles\/(owner|editor|viewer)$/.test(inputs.role)) {
    // Source: cloud.google.com/iam/docs/conditions-overview, "Known limitations"
    throw new CloudError(
      googleErrors.badRequest,
      `LintValidationUnits/BindingCheck: basic role ${inputs.role} has a condition`,
    );
  }
  // Operators in text do not count, nor does the one that means another value.
  const operators = inputs.condition.expression.replace(/"[^"]*"|'[^']*'/g, "").match(/&&|\|\||!(?!=)/g)?.length ?? 0;
  if (operators > mostOperators) {
    throw new CloudError(
      googleErrors.badRequest,
      `the condition's expression has ${operators} logical operators; at most ${mostOperators} are allowed`,
    );
  }
}

export const projectMember = defineResource({
  type: projectMemberType,
  source: "terraform-provider-google resourcemanager/iam_project.go, tpgiamresource",
  inputs: z.strictObject({ project, ...grant, condition }),
  immutable: ["project", "role", "member", "condition"],
  computed: ["etag"],
  references: [memberReference],
  seconds,
  permissions: { create: "resourcemanager.projects.setIamPolicy", read: "resourcemanager.projects.getIamPolicy" },
  verify: (inputs, context) => {
    verifyWorkloadPool(inputs, context);
    verifyRole(inputs, context);
    verifyCondition(inputs);
  },
  // Grants of a role to a member stand beside each other under conditions of other titles.
  create: ({ project: owner, role, member, condition: limit }) =>
    made([owner, role, member, ...(limit === undefined ? [] : [limit.title])].join("/")),
});

export const repositoryMember = defineResource({
  type: repositoryMemberType,
  source: "terraform-provider-google artifactregistry/iam_artifact_registry_repository.go, tpgiamresource",
  inputs: z.strictObject({
    project: project.optional(),
    location: z.string().optional(),
    repository: z.string(),
    ...grant,
  }),
  immutable: ["project", "location", "repository", "role", "member"],
  computed: ["etag", "project", "location"],
  // A grant is a part of its repository, and goes with it.
  references: [
    memberReference,
    { property: "repository", types: [repositoryType], by: "name", missing: googleErrors.notFound },
  ],
  seconds,
  permissions: {
    create: "artifactregistry.repositories.setIamPolicy",
    read: "artifactregistry.repositories.getIamPolicy",
  },
  verify: verifyWorkloadPool,
  create: (inputs, context) => {
    const [owner, location] = [projectOf(inputs, context), locationOf(inputs, context)];
    const repository = `projects/${owner}/locations/${location}/repositories/${inputs.repository}`;
    return made(`${repository}/${inputs.role}/${inputs.member}`, { project: owner, location });
  },
});

export const serviceAccountMember = defineResource({
  type: serviceAccountMemberType,
  source: "terraform-provider-google resourcemanager/iam_service_account.go, tpgiamresource",
  inputs: z.strictObject({ serviceAccountId: z.string(), ...grant }),
  immutable: ["serviceAccountId", "role", "member"],
  computed: ["etag"],
  references: [
    memberReference,
    { property: "serviceAccountId", types: [serviceAccountType], by: "name", missing: googleErrors.notFound },
  ],
  seconds,
  permissions: { create: "iam.serviceAccounts.setIamPolicy", read: "iam.serviceAccounts.getIamPolicy" },
  verify: verifyWorkloadPool,
  create: ({ serviceAccountId, role, member }) => made(`${serviceAccountId}/${role}/${member}`),
});

function made(id: string, outputs: Readonly<Record<string, string>> = {}) {
  return { id, outputs: { ...outputs, etag: makeId("BwX", id, 9) } };
}
