import { z } from "zod";
import type { World } from "../kernel/world";
import { identityOf, objectsOf } from "./objects";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./rbac";

/** Whom an API server takes somebody for. */
export interface ClusterUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What is asked of an API server, as its roles see it. */
export interface ObjectRequest {
  readonly verb: string;
  /** API group: empty for the core's. */
  readonly group: string;
  readonly resource: string;
  /** Absent for what is in no namespace. */
  readonly namespace?: string | undefined;
  /** Absent of a list. */
  readonly name?: string | undefined;
}

const rules = z.array(
  z.object({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    resourceNames: z.array(z.string()).default([]),
    verbs: z.array(z.string()),
  }),
);

const binding = z.object({
  roleRef: z.object({ kind: z.enum(["Role", "ClusterRole"]), name: z.string() }),
  subjects: z.array(z.object({ kind: z.enum(["User", "Group"]), name: z.string() })),
});

/**
 * Whether rules allow a request. They only ever allow. Wildcards are left out: no stack uses any.
 * Source: Kubernetes docs, "Using RBAC Authorization", "Referring to resources"
 */
export function allows(given: z.input<typeof rules>, { verb, group, resource, name }: ObjectRequest): boolean {
  return rules
    .parse(given)
    .some(
      ({ apiGroups, resources, resourceNames, verbs }) =>
        apiGroups.includes(group) &&
        resources.includes(resource) &&
        verbs.includes(verb) &&
        (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name))),
    );
}

/** Whether the roles that somebody has in a cluster allow a request. @param host of its API server */
export function mayDo(world: World, host: string, who: ClusterUser, request: ObjectRequest): boolean {
  const { namespace } = request;
  const everywhere = objectsOf(world, host).filter(({ type }) => type === clusterRoleBinding.type);
  const within = namespace === undefined ? [] : objectsOf(world, host, namespace);
  return [...everywhere, ...within.filter(({ type }) => type === roleBinding.type)].some(({ inputs }) => {
    const { roleRef, subjects } = binding.parse(inputs);
    const isBound = subjects.some(({ kind, name }) =>
      kind === "User" ? name === who.name : who.groups.includes(name),
    );
    const [type, place] = roleRef.kind === "Role" ? [role.type, namespace] : [clusterRole.type, undefined];
    const bound = world.holder(type, identityOf(host, place, roleRef.name))?.record;
    return isBound && bound !== undefined && allows(rules.parse(bound.inputs.rules), request);
  });
}
