import type { ActionRequest } from "../kernel/actor";
import type { CallContext, Operation } from "../kernel/definition";
import type { Properties } from "../kernel/values";
import { resourceGroupId } from "./arm";
import { roleAssignmentType } from "./roles";

type Context = Pick<CallContext, "world" | "config">;

/**
 * What a request is about: what is there by its id, what is to be made by the id that it will have, a role assignment by its
 * scope. Of an assignment, conditions may ask for its role and its principal's kind.
 * Source: learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
 */
export function requestOf(operation: Operation, context: Context): ActionRequest {
  const { action, kind, record, inputs, definition } = operation;
  if (definition.type === roleAssignmentType) {
    // A deletion has no body: what is asked about is what is there.
    const [source, given] =
      kind === "delete" && record !== undefined ? ["Resource", record.inputs] : ["Request", inputs];
    const attribute = (name: string) => `@${source}[Microsoft.Authorization/roleAssignments:${name}]`;
    return {
      action,
      resource: String(given.scope),
      conditions: {
        [attribute("RoleDefinitionId")]: String(given.roleDefinitionId).split("/").at(-1) ?? "",
        [attribute("PrincipalType")]: typeof given.principalType === "string" ? given.principalType : "User",
      },
    };
  }
  return { action, resource: record?.id ?? futureId(operation, context) };
}

/** The id that something will have: it is what is unique about it. */
function futureId({ definition, inputs }: Operation, context: Context): string | undefined {
  const parsed = definition.inputs.safeParse(inputs);
  const id = parsed.success ? definition.identity?.(parsed.data, { ...context, name: "" }) : undefined;
  return id?.startsWith("/") === true ? id : undefined;
}

/** A function reads in the resource group that it names. */
export function functionRequestOf(action: string, { config }: Context, inputs: Properties): ActionRequest {
  const { resourceGroupName: group } = inputs;
  return { action, resource: typeof group === "string" ? resourceGroupId(config, group) : undefined };
}
