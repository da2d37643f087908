import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { clusterOf, identityOf, immutableNames, labelName, requireNamespace, stored } from "./objects";
import { objectEffect } from "./real-cluster";

const apiVersion = z.literal("rbac.authorization.k8s.io/v1");
const group = "rbac.authorization.k8s.io";

/** Names of roles and bindings are segments of paths. Source: Kubernetes docs, "Path segment names"; RBAC, "Restrictions". */
const name = z
  .string()
  .min(1)
  .regex(/^(?!\.{1,2}$)[^/%]+$/, "a path segment name: not '.' or '..', without '/' and '%'");

const clusterMetadata = z.strictObject({ name });
const namespacedMetadata = z.strictObject({ name, namespace: labelName });

/** Source: Kubernetes pkg/apis/rbac/validation, ValidatePolicyRule. */
const rule = z.strictObject({
  apiGroups: z.array(z.string()).min(1, "resource rules must supply at least one api group"),
  resources: z.array(z.string()).min(1, "resource rules must supply at least one resource"),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()).min(1, "verbs must contain at least one value"),
});

/** Source: pkg/apis/rbac/validation, ValidateRoleBindingSubject. */
const subject = z.strictObject({
  apiGroup: z.literal(group, `Supported value: "${group}" for users and groups`),
  kind: z.enum(["User", "Group"]),
  name: z.string().min(1),
});

const roleRef = (kinds: readonly ["Role" | "ClusterRole", ...("Role" | "ClusterRole")[]]) =>
  z.strictObject({ apiGroup: z.literal(group), kind: z.enum(kinds), name });

const source = 'Kubernetes docs, "Using RBAC Authorization"; pkg/apis/rbac/validation';

const permissions = (resources: string) => ({
  create: `${resources}/create`,
  update: `${resources}/update`,
  delete: `${resources}/delete`,
  read: `${resources}/get`,
});

export const clusterRole = defineResource({
  type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  source,
  inputs: z.strictObject({
    apiVersion,
    kind: z.literal("ClusterRole"),
    metadata: clusterMetadata,
    rules: z.array(rule),
  }),
  immutable: immutableNames,
  computed: [],
  identity: ({ metadata }, context) => identityOf(clusterOf(context).host, undefined, metadata.name),
  seconds: { create: 1 },
  permissions: permissions("clusterroles"),
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("ClusterRole", metadata, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

export const role = defineResource({
  type: "kubernetes:rbac.authorization.k8s.io/v1:Role",
  source,
  inputs: z.strictObject({
    apiVersion,
    kind: z.literal("Role"),
    metadata: namespacedMetadata,
    rules: z.array(rule),
  }),
  immutable: immutableNames,
  computed: [],
  identity: ({ metadata }, context) => identityOf(clusterOf(context).host, metadata.namespace, metadata.name),
  seconds: { create: 1 },
  permissions: permissions("roles"),
  verify: ({ metadata }, context) => {
    requireNamespace(metadata.namespace, context);
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("Role", metadata, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

/** The role of a binding cannot change (RBAC, "Restrictions on role binding creation or update", roleRef is immutable). */
const immutableBinding = [...immutableNames, "roleRef"];

export const clusterRoleBinding = defineResource({
  type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
  source,
  inputs: z.strictObject({
    apiVersion,
    kind: z.literal("ClusterRoleBinding"),
    metadata: clusterMetadata,
    roleRef: roleRef(["ClusterRole"]),
    subjects: z.array(subject),
  }),
  immutable: immutableBinding,
  computed: [],
  identity: ({ metadata }, context) => identityOf(clusterOf(context).host, undefined, metadata.name),
  seconds: { create: 1 },
  permissions: permissions("clusterrolebindings"),
  verify: ({ roleRef: { name: roleName } }, context) => {
    requireRole(clusterRole.type, "clusterroles", undefined, roleName, context);
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("ClusterRoleBinding", metadata, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

export const roleBinding = defineResource({
  type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  source,
  inputs: z.strictObject({
    apiVersion,
    kind: z.literal("RoleBinding"),
    metadata: namespacedMetadata,
    roleRef: roleRef(["Role", "ClusterRole"]),
    subjects: z.array(subject),
  }),
  immutable: immutableBinding,
  computed: [],
  identity: ({ metadata }, context) => identityOf(clusterOf(context).host, metadata.namespace, metadata.name),
  seconds: { create: 1 },
  permissions: permissions("rolebindings"),
  verify: ({ metadata, roleRef: { kind, name: roleName } }, context) => {
    requireNamespace(metadata.namespace, context);
    if (kind === "Role") {
      requireRole(role.type, "roles", metadata.namespace, roleName, context);
    } else {
      requireRole(clusterRole.type, "clusterroles", undefined, roleName, context);
    }
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("RoleBinding", metadata, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

/**
 * Whoever binds a role without the verb `bind` must hold what is in it, for which the API server looks at the role.
 * Source: "Restrictions on role binding creation or update"; pkg/registry/rbac/rolebinding/policybased/storage.go
 */
function requireRole(
  type: string,
  resources: string,
  namespace: string | undefined,
  roleName: string,
  context: CallContext,
): void {
  const { host } = clusterOf(context);
  if (context.world.holder(type, identityOf(host, namespace, roleName)) === undefined) {
    throw new CloudError("NotFound", `${resources}.${group} "${roleName}" not found`);
  }
}
