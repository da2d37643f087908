import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";

/**
 * Azure's built-in roles that the platform assigns, by their ids, which are the same in every tenant.
 * Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const builtInRoles = {
  /** Pull images. Honoured by registries in RBAC mode, not by those in ABAC mode. */
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  /** Join nodes and load balancers to a subnet, among other rights on networks. */
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
} as const;

export type BuiltInRole = keyof typeof builtInRoles;

/**
 * The role's id as Azure itself writes it, with the subscription: the short form without is accepted too, but comes
 * back in the long one, which a refresh then reports as a change.
 *
 * @param scope id of any resource in the subscription
 * @throws Error when `scope` is no resource id
 */
export function roleDefinitionId(scope: string, role: BuiltInRole): string {
  const subscription = /^\/subscriptions\/[^/]+/.exec(scope)?.[0];
  if (subscription === undefined) {
    throw new Error(`"${scope}" is not the id of an Azure resource: it does not begin with /subscriptions/<id>.`);
  }
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`;
}

/**
 * Assigns one of the platform's built-in roles to a managed identity; see {@link assignRoleDefinition}.
 *
 * Whoever deploys needs `Microsoft.Authorization/roleAssignments/write`, which Contributor lacks: the bootstrap stack gives the
 * deploy identity Role Based Access Control Administrator, with a condition that allows only these roles.
 */
export function assignRole(
  name: string,
  args: Assignment & { readonly role: BuiltInRole },
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  const definition = pulumi.output(args.scope).apply((scope) => roleDefinitionId(scope, args.role));
  return assignRoleDefinition(name, { ...args, roleDefinitionId: definition }, opts);
}

interface Assignment {
  /** Id of the resource that the role is for. */
  readonly scope: pulumi.Input<string>;
  /** Object id of the managed identity. */
  readonly principalId: pulumi.Input<string>;
}

/**
 * Assigns a role to a managed identity.
 *
 * - `principalId` is the identity's *object* id. A client id is accepted by Azure without a word and grants nothing.
 * - `principalType` is stated, since Azure otherwise looks the identity up, and refuses one that was created seconds
 *   ago (PrincipalNotFound); the SDK's default is "User", which Azure refuses for an identity (UnmatchedPrincipalType).
 * - The provider makes up the assignment's name, a GUID. Azure keeps one assignment for each role, identity and scope,
 *   so that the old one goes first when it is replaced (RoleAssignmentExists), and every change but one of the condition
 *   replaces it, since Azure updates nothing else (RoleAssignmentUpdateNotPermitted).
 */
export function assignRoleDefinition(
  name: string,
  args: Assignment & {
    /** As Azure itself writes it, with the subscription. */
    readonly roleDefinitionId: pulumi.Input<string>;
    /** What the role is limited to (Azure role assignment condition, version 2.0). @default nothing */
    readonly condition?: string | undefined;
  },
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return new authorization.RoleAssignment(
    name,
    {
      scope: args.scope,
      roleDefinitionId: args.roleDefinitionId,
      principalId: args.principalId,
      principalType: authorization.PrincipalType.ServicePrincipal,
      ...(args.condition === undefined ? {} : { condition: args.condition, conditionVersion: "2.0" }),
    },
    { ...opts, deleteBeforeReplace: true, replaceOnChanges: ["roleDefinitionId", "principalType"] },
  );
}
