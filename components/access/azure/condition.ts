/**
 * Lets whoever has the right to assign roles assign, and take away, these roles alone, and to managed identities and other
 * service principals alone.
 *
 * Source: learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples, "Constrain roles and
 * principal types"
 *
 * @param roles GUIDs of role definitions
 * @returns a condition of version 2.0
 */
export function assignsOnly(roles: readonly string[]): string {
  const ways = [
    ["write", "Request"],
    ["delete", "Resource"],
  ] as const;
  return ways.map(([operation, source]) => unless(operation, limitedTo(source, roles))).join(" AND ");
}

/** Other actions pass. */
function unless(operation: string, limit: string): string {
  return `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${operation}'})) OR (${limit}))`;
}

function limitedTo(source: "Request" | "Resource", roles: readonly string[]): string {
  const attribute = (name: string) => `@${source}[Microsoft.Authorization/roleAssignments:${name}]`;
  return (
    `${attribute("RoleDefinitionId")} ForAnyOfAnyValues:GuidEquals {${roles.join(", ")}} AND ` +
    `${attribute("PrincipalType")} ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}`
  );
}
