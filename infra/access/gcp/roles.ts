import { type GcpGrant, type GcpScope, gcpScopes } from "./scopes";
import { type GcpCondition, type GcpConditionSettings, gcpConditions } from "./conditions";

/** A custom role: the permissions of one identity in one scope, and the conditions of its grants. */
export interface GcpRoleTable {
  readonly name: GcpScope;
  /** What its id begins with. */
  readonly id: string;
  readonly title: string;
  readonly permissions: readonly string[];
  readonly conditions: readonly (GcpCondition | undefined)[];
}

/**
 * The roles that an identity's grants come to: one for each scope, unless nothing is in it.
 *
 * @param holder the identity as people call it, for instance `trinity dev deploy`
 * @param id makes what the role's id begins with
 */
export function gcpRoles(
  grants: readonly GcpGrant[],
  holder: string,
  id: (scope: GcpScope) => string,
  settings: GcpConditionSettings,
): readonly GcpRoleTable[] {
  const scopes = [...new Set(grants.map(({ on }) => on))];
  return scopes
    .map((name) => ({
      name,
      id: id(name),
      title: `${holder}: ${gcpScopes[name]}`.slice(0, 100),
      permissions: grants
        .filter(({ on }) => on === name)
        .flatMap(({ actions }) => actions)
        .filter((permission, index, all) => all.indexOf(permission) === index)
        .sort(),
      conditions: gcpConditions(name, settings),
    }))
    .filter(({ conditions }) => conditions.length > 0);
}
