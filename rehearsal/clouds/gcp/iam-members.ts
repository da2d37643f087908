import { z } from "zod";
import { type CallContext, defineResource, type Reference } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import { valuesAt } from "../kernel/values";
import { repositoryType } from "./artifact-registry";
import { clusterType } from "./cluster";
import { googleErrors, locationOf, projectOf } from "./context";
import { project } from "./schemas";
import { memberTypes, serviceAccountType } from "./service-account";

const [projectMemberType, repositoryMemberType, serviceAccountMemberType] = memberTypes;

const grant = {
  role: z.string().regex(/^(roles\/|projects\/[^/]+\/roles\/|organizations\/\d+\/roles\/)[\w.]+$/, "must be a role"),
  // Source: terraform-provider-google tpgiamresource/resource_iam_member.go, IAMMemberMissing and the member's forms
  member: z
    .string()
    .regex(/^(allUsers|allAuthenticatedUsers|(user|group|domain|serviceAccount|principal|principalSet):.+)$/)
    .refine((member) => !member.startsWith("deleted:")),
};

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

const workloadPool = /(?:serviceAccount:|workloadIdentityPools\/)([a-z0-9-]+\.svc\.id\.goog)(?:\[|\/)/;

/** A project's workload identity pool exists from its first such cluster on: terraform-google-kubernetes-engine#916. */
function verifyWorkloadPool(inputs: { readonly member: string }, { world }: CallContext): void {
  const pool = workloadPool.exec(inputs.member)?.[1];
  const pools = world
    .list(clusterType)
    .filter((cluster) => cluster.readyAt <= world.now())
    .flatMap((cluster) => valuesAt(cluster.inputs, "workloadIdentityConfig.workloadPool"));
  if (pool !== undefined && !pools.includes(pool)) {
    throw new CloudError(
      googleErrors.badRequest,
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in ` +
        "the `name` attribute in the configuration API.",
    );
  }
}

export const projectMember = defineResource({
  type: projectMemberType,
  source: "terraform-provider-google resourcemanager/iam_project.go, tpgiamresource",
  inputs: z.strictObject({ project, ...grant }),
  immutable: ["project", "role", "member"],
  computed: ["etag"],
  references: [memberReference],
  seconds,
  permissions: { create: "resourcemanager.projects.setIamPolicy", read: "resourcemanager.projects.getIamPolicy" },
  verify: verifyWorkloadPool,
  create: ({ project: owner, role, member }) => made(`${owner}/${role}/${member}`),
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
