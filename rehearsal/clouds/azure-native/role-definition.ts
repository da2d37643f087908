import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { sameId, subscriptionOf, takenByAnother } from "./arm";
import { actionExists, dataActionExists } from "./operations";
import { builtInRoles, roleDefinitionType } from "./roles";
import { guidText } from "./schema";

/** Limits of roles and their texts. Source: learn.microsoft.com/azure/role-based-access-control/custom-roles */
export const roleDefinition = defineResource({
  type: roleDefinitionType,
  source: "Microsoft.Authorization roleDefinitions 2022-05-01-preview; Azure custom roles",
  inputs: z.strictObject({
    scope: z.string().regex(/^\/subscriptions\/[^/]+$/),
    roleDefinitionId: guidText,
    roleName: z.string().min(1).max(512),
    roleType: z.literal("CustomRole").optional(),
    description: z.string().max(2048).optional(),
    assignableScopes: z.array(z.string().startsWith("/")).min(1),
    permissions: z
      .array(
        z.strictObject({
          actions: z.array(z.string()),
          notActions: z.array(z.string()).max(0),
          dataActions: z.array(z.string()),
          notDataActions: z.array(z.string()).max(0),
        }),
      )
      .length(1),
  }),
  immutable: ["scope", "roleDefinitionId"],
  computed: ["name", "type"],
  identity: (inputs) => inputs.roleDefinitionId.toLowerCase(),
  taken: takenByAnother,
  seconds: { create: 3, update: 3, delete: 3 },
  permissions: {
    create: "Microsoft.Authorization/roleDefinitions/write",
    delete: "Microsoft.Authorization/roleDefinitions/delete",
    read: "Microsoft.Authorization/roleDefinitions/read",
  },
  verify: (inputs, { world, config }) => {
    for (const scope of [inputs.scope, ...inputs.assignableScopes]) {
      if (!sameId(scope, `/subscriptions/${subscriptionOf(config)}`)) {
        throw new CloudError("LinkedInvalidPropertyId", `Scope ${scope} is not a subscription that was found.`);
      }
    }
    const others = world.list(roleDefinitionType).filter((record) => record.outputs.name !== inputs.roleDefinitionId);
    const names = [...builtInRoles.map(({ name }) => name), ...others.map((record) => String(record.inputs.roleName))];
    if (names.some((name) => name.toLowerCase() === inputs.roleName.toLowerCase())) {
      throw new CloudError(
        "RoleDefinitionWithSameNameExists",
        `A custom role with the same name already exists in this directory. Use a different name: ${inputs.roleName}.`,
      );
    }
    const [{ actions, dataActions }] = inputs.permissions as [(typeof inputs.permissions)[number]];
    const unknown = [
      ...actions.filter((action) => !actionExists(action)),
      ...dataActions.filter((action) => !dataActionExists(action)),
    ];
    if (unknown.length > 0) {
      throw new CloudError(
        "InvalidActionOrNotAction",
        `'${unknown.join("', '")}' does not match any of the actions supported by the providers.`,
      );
    }
  },
  create: (inputs) => ({
    id: `${inputs.scope}/providers/Microsoft.Authorization/roleDefinitions/${inputs.roleDefinitionId}`,
    outputs: { name: inputs.roleDefinitionId, type: "Microsoft.Authorization/roleDefinitions" },
  }),
});
