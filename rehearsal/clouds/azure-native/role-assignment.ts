import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { guid, isWithin, subscriptionOf } from "./arm";
import { identityType } from "./identity";
import { parseCondition } from "./condition";
import { builtInRoles, roleAssignmentType, roleDefinitionType } from "./roles";
import { guidText } from "./schema";

export const roleAssignment = defineResource({
  type: roleAssignmentType,
  source:
    "Microsoft.Authorization roleAssignments 2022-04-01; Troubleshoot Azure RBAC; azure-native, gen/replacement.go",
  inputs: z.strictObject({
    // The provider makes up a GUID where the program gives none (azure-native, AutoNameUuid).
    roleAssignmentName: guidText.optional(),
    scope: z.string().startsWith("/"),
    roleDefinitionId: z.string().regex(/\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i),
    principalId: guidText,
    principalType: z.enum(["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]).optional(),
    description: z.string().optional(),
    condition: z.string().max(8192).optional(),
    conditionVersion: z.literal("2.0").optional(),
  }),
  // Another role is no replacement of the provider's own: it sends an update, which Azure refuses.
  immutable: ["roleAssignmentName", "principalId", "scope"],
  computed: ["name", "type"],
  identity: (inputs) => [inputs.scope, inputs.roleDefinitionId, inputs.principalId].join(" ").toLowerCase(),
  taken: "RoleAssignmentExists",
  references: [
    {
      property: "roleDefinitionId",
      types: [roleDefinitionType],
      missing: "RoleDefinitionDoesNotExist",
      inUse: "RoleDefinitionHasAssignments",
      except: (id) => builtInRoles.some((role) => String(id).toLowerCase().endsWith(role.id)),
    },
  ],
  // 25 s in a log. Its effect can take up to ten minutes more, which is time for whoever uses it, not for this.
  seconds: { create: 25, delete: 5 },
  permissions: {
    create: "Microsoft.Authorization/roleAssignments/write",
    delete: "Microsoft.Authorization/roleAssignments/delete",
    read: "Microsoft.Authorization/roleAssignments/read",
  },
  verify: (inputs, { world, config }) => {
    const { scope, principalId } = inputs;
    if (
      !sameSubscription(scope, subscriptionOf(config)) ||
      !scopeExists(
        scope,
        world.list().map(({ id }) => id),
      )
    ) {
      throw new CloudError("ResourceNotFound", `The resource ${scope}, the scope of the assignment, was not found.`);
    }
    // learn.microsoft.com/azure/role-based-access-control/conditions-format: a condition states its version.
    if ((inputs.condition === undefined) !== (inputs.conditionVersion === undefined)) {
      throw new CloudError(
        "InvalidConditionVersion",
        "condition and conditionVersion are given together or not at all.",
      );
    }
    if (inputs.condition !== undefined) {
      parseCondition(inputs.condition);
    }
    // With the type given, Azure does not look the principal up: also an id that names nobody is accepted.
    if (inputs.principalType === "ServicePrincipal") {
      return;
    }
    const identity = world.list(identityType).find(({ outputs }) => outputs.principalId === principalId);
    if (identity === undefined || identity.visibleAt > world.now()) {
      throw new CloudError("PrincipalNotFound", `Principal ${principalId} does not exist in the directory.`);
    }
    throw new CloudError(
      "UnmatchedPrincipalType",
      `The PrincipalId '${principalId}' has type 'ServicePrincipal', which is different from specified PrincipalType '${inputs.principalType ?? "User"}'.`,
    );
  },
  create: (inputs, { world, previous }) => {
    if (previous !== undefined && updatesTheAssignment(previous.inputs, inputs)) {
      throw new CloudError(
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
      );
    }
    const name = inputs.roleAssignmentName ?? guid(`${inputs.scope} ${inputs.principalId} ${world.now()}`);
    return {
      id: previous?.id ?? `${inputs.scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      outputs: previous?.outputs ?? { name, type: "Microsoft.Authorization/roleAssignments" },
    };
  },
});

function sameSubscription(scope: string, subscription: string): boolean {
  return isWithin(scope, `/subscriptions/${subscription}`);
}

/** Below the subscription, the scope is a resource that exists, or a resource group. */
function scopeExists(scope: string, ids: readonly string[]): boolean {
  return /^\/subscriptions\/[^/]+$/.test(scope) || ids.some((id) => id.toLowerCase() === scope.toLowerCase());
}

function updatesTheAssignment(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  return ["roleDefinitionId", "principalType"].some((property) => before[property] !== after[property]);
}
