import type { ActionRequest } from "../kernel/actor";
import type { CallContext, Operation } from "../kernel/definition";
import { valuesAt } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { nodePoolType } from "./cluster";
import { locationOf, projectOf } from "./context";
import { customRoleType } from "./custom-role";
import type { Evaluate } from "./expressions";
import { projectMember, repositoryMember, serviceAccountMember } from "./iam-members";
import { pullPermission, pullRoles } from "./roles";

/** Whether a service account has a permission, by the grants that the simulated Google Cloud holds. */
export function permitted(world: World, account: string, request: ActionRequest, evaluate: Evaluate): boolean {
  const member = `serviceAccount:${account}`;
  return [projectMember.type, repositoryMember.type, serviceAccountMember.type]
    .flatMap((type) => world.list(type))
    .filter(({ inputs, deletedAt }) => inputs.member === member && deletedAt === null)
    .some(
      (grant) =>
        covers(grant, request) &&
        permissionsOf(world, String(grant.inputs.role)).includes(bareName(request.action)) &&
        holds(grant, request, evaluate),
    );
}

/** A custom role's permissions; of Google's own roles, those that the simulation decides by. */
function permissionsOf(world: World, role: string): readonly string[] {
  const custom = world.find(customRoleType, role);
  if (custom !== undefined) return (custom.inputs.permissions as readonly string[]).map(bareName);
  return pullRoles.includes(role) ? [pullPermission] : [];
}

/** Some permissions are written with their service's host. */
function bareName(permission: string): string {
  return permission.replace(/^[a-z]+\.googleapis\.com\//, (host) => `${host.split(".")[0] ?? ""}.`);
}

/** A grant on the project is one for all in it; one on a repository or a service account for that alone. */
function covers({ type, inputs, outputs }: CloudRecord, { resource = "" }: ActionRequest): boolean {
  if (type === projectMember.type) return true;
  if (type === serviceAccountMember.type) return resource === inputs.serviceAccountId;
  return resource.endsWith(`/locations/${String(outputs.location)}/repositories/${String(inputs.repository)}`);
}

/** Whether the grant's condition holds. One about a resource holds where the simulation does not tell which it is. */
function holds({ inputs }: CloudRecord, { resource, conditions }: ActionRequest, evaluate: Evaluate): boolean {
  const [expression] = valuesAt(inputs, "condition.expression");
  if (typeof expression !== "string") return true;
  if (resource === undefined && expression.includes("resource.")) return true;
  const roles = conditions?.role === undefined ? [] : [conditions.role];
  const api = { "iam.googleapis.com/modifiedGrantsByRole": roles };
  return evaluate(expression, { resource: { name: resource ?? "" }, api }) === true;
}

/** The name of what a request is about: a grant's and a node pool's are their repository's, account's and cluster's. */
export function requestOf(operation: Operation, context: Pick<CallContext, "config">): ActionRequest {
  const { action, definition, record } = operation;
  const inputs: Readonly<Record<string, string>> = { ...operation.inputs, ...record?.inputs } as never;
  const place = () => `projects/${projectOf(inputs, context)}/locations/${locationOf(inputs, context)}`;
  switch (definition.type) {
    case repositoryMember.type:
      return { action, resource: `${place()}/repositories/${String(inputs.repository)}` };
    case serviceAccountMember.type:
      return { action, resource: inputs.serviceAccountId };
    case projectMember.type:
      return { action, resource: `projects/${String(inputs.project)}`, conditions: { role: String(inputs.role) } };
    case nodePoolType:
      return { action, resource: `${place()}/clusters/${String(inputs.cluster)}` };
    default:
      return { action, resource: record?.id };
  }
}
