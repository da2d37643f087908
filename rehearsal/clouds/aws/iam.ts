import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import type { World } from "../kernel/world";
import { arn } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { policyDocument, readPolicy, roleDescription, roleName } from "./iam-text";
import { managedPolicies, managedPolicyName } from "./managed-policies";

/** Managed policies on one role, unless more are granted (IAM and STS quotas). */
const attachmentQuota = 10;

export const role: ResourceDefinition = defineResource({
  type: "aws:iam/role:Role",
  source: "IAM API CreateRole, DeleteRole; IAM and STS quotas",
  inputs: z.strictObject({
    name: roleName,
    assumeRolePolicy: policyDocument(2048),
    description: roleDescription.optional(),
    maxSessionDuration: z.int().min(3600).max(43200).optional(),
    path: z
      .string()
      .regex(/^\/([\w+=,.@-]+\/)*$/, "a path such as /nodes/")
      .optional(),
    tags,
  }),
  immutable: ["name", "path"],
  computed: ["arn", "uniqueId", "createDate", "tagsAll"],
  // The names of two roles may not differ in case only.
  identity: (inputs) => inputs.name.toLowerCase(),
  taken: "EntityAlreadyExists",
  autoName: { property: "name", separator: "-", digits: 7 },
  seconds: seconds.principal,
  permissions: { create: "iam:CreateRole", update: "iam:UpdateRole", delete: "iam:DeleteRole", read: "iam:GetRole" },
  create: (inputs, { world, config, name, previous }) => ({
    id: inputs.name,
    outputs: {
      arn: arn("iam", "", `role${inputs.path ?? "/"}${inputs.name}`),
      uniqueId: previous?.outputs.uniqueId ?? makeId("AROA", `${name}/${world.now()}`, 17).toUpperCase(),
      createDate: previous?.outputs.createDate ?? new Date().toISOString(),
      ...tagsAll(inputs, config),
    },
  }),
});

export const policy: ResourceDefinition = defineResource({
  type: "aws:iam/policy:Policy",
  source: "IAM API CreatePolicy, DeletePolicy",
  inputs: z.strictObject({
    name: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[\w+=,.@-]+$/, "letters, digits and + = , . @ - _"),
    description: roleDescription.optional(),
    policy: policyDocument(6144),
    tags,
  }),
  immutable: ["name", "description"],
  computed: ["arn", "tagsAll"],
  identity: (inputs) => inputs.name.toLowerCase(),
  taken: "EntityAlreadyExists",
  autoName: { property: "name", separator: "-", digits: 7 },
  seconds: seconds.principal,
  permissions: {
    create: "iam:CreatePolicy",
    update: "iam:CreatePolicyVersion",
    delete: "iam:DeletePolicy",
    read: "iam:GetPolicy",
  },
  create: (inputs, { config }) => {
    const own = arn("iam", "", `policy/${inputs.name}`);
    return { id: own, outputs: { arn: own, ...tagsAll(inputs, config) } };
  },
});

export const rolePolicyAttachment: ResourceDefinition = defineResource({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  source: "IAM API AttachRolePolicy, DetachRolePolicy; IAM and STS quotas",
  inputs: z.strictObject({ role: z.string(), policyArn: z.string().min(20).max(2048) }),
  immutable: ["role", "policyArn"],
  computed: [],
  references: [
    { property: "role", types: [role.type], missing: "NoSuchEntity", inUse: "DeleteConflict" },
    {
      property: "policyArn",
      types: [policy.type],
      by: "arn",
      missing: "NoSuchEntity",
      inUse: "DeleteConflict",
      except: (value) => managedPolicyName(String(value)) !== undefined,
    },
  ],
  seconds: seconds.immediate,
  permissions: {
    create: "iam:AttachRolePolicy",
    delete: "iam:DetachRolePolicy",
    read: "iam:ListAttachedRolePolicies",
  },
  create: (inputs, { world, previous }) => {
    const managed = managedPolicyName(inputs.policyArn);
    if (managed !== undefined && managedPolicies[managed] === undefined) {
      throw new CloudError("NoSuchEntity", `Policy ${inputs.policyArn} does not exist or is not attachable.`);
    }
    if (previous === undefined && attachedPolicies(world, inputs.role).length >= attachmentQuota) {
      throw new CloudError("LimitExceeded", `Cannot exceed quota for PoliciesPerRole: ${attachmentQuota}`);
    }
    return { id: `${inputs.role}/${inputs.policyArn}`, outputs: {} };
  },
});

export const rolePolicy: ResourceDefinition = defineResource({
  type: "aws:iam/rolePolicy:RolePolicy",
  source: "IAM API PutRolePolicy, DeleteRolePolicy",
  inputs: z.strictObject({
    name: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[\w+=,.@-]+$/, "letters, digits and + = , . @ - _"),
    role: z.string(),
    policy: policyDocument(10240),
  }),
  immutable: ["name", "role"],
  computed: [],
  autoName: { property: "name", separator: "-", digits: 7 },
  references: [{ property: "role", types: [role.type], missing: "NoSuchEntity", inUse: "DeleteConflict" }],
  seconds: seconds.immediate,
  permissions: { create: "iam:PutRolePolicy", delete: "iam:DeleteRolePolicy", read: "iam:GetRolePolicy" },
  create: (inputs) => ({ id: `${inputs.role}:${inputs.name}`, outputs: {} }),
});

/** ARNs of the policies that are attached to a role. */
export function attachedPolicies(world: World, name: string): string[] {
  return world
    .list(rolePolicyAttachment.type)
    .filter(({ inputs, readyAt, deletedAt }) => inputs.role === name && readyAt <= world.now() && deletedAt === null)
    .map(({ inputs }) => String(inputs.policyArn));
}

/**
 * Refuses a role that a service cannot use: it must let the service assume it, and have the policies.
 *
 * @param words what the service answers when a policy is missing
 */
export function checkServiceRole(
  world: World,
  roleArn: string,
  service: string,
  policies: readonly string[],
  refuse: (fault: string) => CloudError,
): void {
  const record = world.list(role.type).find(({ outputs }) => outputs.arn === roleArn);
  if (record === undefined) {
    throw refuse(`Role with arn: ${roleArn} does not exist`);
  }
  const statements = readPolicy(String(record.inputs.assumeRolePolicy)) ?? [];
  const trusted = statements.some(
    ({ Effect, Principal }) =>
      Effect === "Allow" && typeof Principal === "object" && [Principal.Service ?? []].flat().includes(service),
  );
  if (!trusted) {
    throw refuse(`Role with arn: ${roleArn} could not be assumed: its trust policy does not name ${service}`);
  }
  const attached = attachedPolicies(world, record.id).map(managedPolicyName);
  const missing = policies.find((name) => !attached.includes(name));
  if (missing !== undefined) {
    throw refuse(`${missing} is not attached to ${roleArn}`);
  }
}
