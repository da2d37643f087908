import type { CloudRecord, World } from "../kernel/world";
import { isWithin } from "./arm";
import { conditionAllows } from "./condition";

/** A role, as far as the simulation decides by it. */
export interface Role {
  readonly id: string;
  readonly name: string;
  /** Actions that it allows, with `*`; of many, those that the simulation asks for. */
  readonly actions: readonly string[];
}

export const pullAction = "Microsoft.ContainerRegistry/registries/pull/read";
export const joinSubnetAction = "Microsoft.Network/virtualNetworks/subnets/join/action";

/** Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles, containers, networking, general, identity. */
export const builtInRoles: readonly Role[] = [
  { id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name: "Owner", actions: ["*"] },
  { id: "b24988ac-6180-42a0-ab88-20f7382dd24c", name: "Contributor", actions: ["*"] },
  // `*/read` covers registries/pull/read: an action, not a data action, in registries that are not in ABAC mode.
  { id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", name: "Reader", actions: ["*/read"] },
  { id: "7f951dda-4ed3-4680-a7ca-43fe172d538d", name: "AcrPull", actions: [pullAction] },
  {
    id: "8311e382-0749-4cb8-b61a-304f252e45ec",
    name: "AcrPush",
    actions: [pullAction, "Microsoft.ContainerRegistry/registries/push/write"],
  },
  {
    id: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    name: "AcrDelete",
    actions: ["Microsoft.ContainerRegistry/registries/artifacts/delete"],
  },
  // Its data actions count in ABAC registries alone, which the provider's default API version cannot make.
  { id: "b93aa761-3e63-49ed-ac28-beffa264f7ac", name: "Container Registry Repository Reader", actions: [] },
  { id: "4d97b98b-1d4f-4787-a291-c67834d212e7", name: "Network Contributor", actions: ["Microsoft.Network/*"] },
  {
    id: "f1a07417-d97a-45cb-824c-7a7467783830",
    name: "Managed Identity Operator",
    actions: ["Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action"],
  },
  {
    id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    name: "Role Based Access Control Administrator",
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
    ],
  },
  {
    id: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    name: "Azure Kubernetes Service RBAC Cluster Admin",
    actions: ["Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
  },
];

export const roleAssignmentType = "azure-native:authorization:RoleAssignment";

export const roleDefinitionType = "azure-native:authorization:RoleDefinition";

/** The role of a definition's id, built in or of one's own; or undefined for one that the simulation does not know. */
export function roleOf(world: World, roleDefinitionId: string): Role | undefined {
  const id = roleDefinitionId.split("/").at(-1)?.toLowerCase();
  const own = world.list(roleDefinitionType).find(({ outputs }) => String(outputs.name).toLowerCase() === id);
  return own === undefined ? builtInRoles.find((role) => role.id === id) : ownRole(own);
}

function ownRole({ inputs, outputs }: CloudRecord): Role {
  const [permission] = inputs.permissions as [{ readonly actions: string[]; readonly dataActions: string[] }];
  return {
    id: String(outputs.name),
    name: String(inputs.roleName),
    // An action and a data action never have the same name where the simulation asks for them.
    actions: [...permission.actions, ...permission.dataActions],
  };
}

/** What lets an identity do something. */
export interface Grant {
  readonly role: Role;
  readonly scope: string;
  readonly record: CloudRecord;
}

/**
 * The assignment that lets `principalId` do `action` on the resource: at its own scope or above, and by its condition.
 *
 * @param attributes what conditions ask for, see {@link conditionAllows}. @default none
 */
export function findGrant(
  world: World,
  principalId: string,
  action: string,
  resource: string,
  attributes: Readonly<Record<string, string>> = {},
): Grant | undefined {
  return world
    .list(roleAssignmentType)
    .filter(({ deletedAt, readyAt }) => deletedAt === null && readyAt <= world.now())
    .flatMap((record) => {
      const { condition } = record.inputs;
      const role = roleOf(world, String(record.inputs.roleDefinitionId));
      const scope = String(record.inputs.scope);
      const applies =
        record.inputs.principalId === principalId &&
        isWithin(resource, scope) &&
        (typeof condition !== "string" || conditionAllows(condition, { action, attributes }));
      return role !== undefined && applies && allows(role, action) ? [{ role, scope, record }] : [];
    })
    .at(0);
}

function allows(role: Role, action: string): boolean {
  return role.actions.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
  });
}
