import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { needsArgoCd } from "./argo-cd";
import {
  autoName,
  clusterMetadata,
  clusterOf,
  identityOf,
  immutableNames,
  namespacedMetadata,
  objectsOf,
  requireNamespace,
  stored,
} from "./objects";
import { objectEffect } from "./real-cluster";

export const namespace = defineResource({
  type: "kubernetes:core/v1:Namespace",
  source: "Kubernetes API reference v1.34, Namespace v1 core; docs/concepts/overview/working-with-objects/namespaces",
  inputs: z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("Namespace"),
    metadata: clusterMetadata,
  }),
  immutable: immutableNames,
  computed: ["status"],
  autoName,
  identity: ({ metadata }, context) => identityOf(clusterOf(context).host, undefined, metadata.name),
  taken: "AlreadyExists",
  // The API server answers at once. Deletion: the namespace controller empties it first.
  seconds: { create: 1, delete: 6 },
  permissions: { create: "namespaces/create", delete: "namespaces/delete", read: "namespaces/get" },
  // The controller that would take the finalizers off dies in the same sweep: argoproj/argo-cd#7860, #19571.
  verifyDelete: ({ inputs }, context) => {
    const name = nameOf(inputs);
    const stuck = objectsOf(context.world, clusterOf(context).host, name).find(needsArgoCd);
    if (stuck !== undefined) {
      throw new CloudError(
        "timed out waiting for the condition",
        `namespace "${name}" stays Terminating: some content in the namespace has finalizers remaining: ` +
          `resources-finalizer.argocd.argoproj.io in ${stuck.id}`,
      );
    }
  },
  whenDeleted: ({ inputs }, context) => {
    for (const object of objectsOf(context.world, clusterOf(context).host, nameOf(inputs))) {
      context.world.delete(object.type, object.id);
    }
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("Namespace", metadata, context);
    return { id: object.id, outputs: { metadata: object.metadata, status: { phase: "Active" } } };
  },
});

/** Up to 1 MiB. Source: Kubernetes docs, Secret and ConfigMap, "size limit". */
const text = z.record(z.string().regex(/^[-._a-zA-Z0-9]+$/, "letters, digits, '-', '_' and '.'"), z.string());

export const secret = defineResource({
  type: "kubernetes:core/v1:Secret",
  source: "Kubernetes API reference v1.34, Secret v1 core; pulumi-kubernetes provider/pkg/provider/diff.go",
  inputs: z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("Secret"),
    metadata: namespacedMetadata,
    type: z.string().optional(),
    data: text.optional(),
    stringData: text.optional(),
  }),
  // The real provider replaces a Secret whose content changes, unless told that it may be changed (forceNew).
  immutable: [...immutableNames, "type", "data", "stringData"],
  computed: [],
  secret: ["data", "stringData"],
  autoName,
  identity: ({ metadata }, context) => identityIn(metadata, context),
  seconds: { create: 1 },
  permissions: { create: "secrets/create", update: "secrets/update", delete: "secrets/delete", read: "secrets/get" },
  verify: ({ metadata }, context) => {
    requireNamespace(metadata.namespace ?? "default", context);
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("Secret", { namespace: "default", ...metadata }, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

export const configMap = defineResource({
  type: "kubernetes:core/v1:ConfigMap",
  source: "Kubernetes API reference v1.34, ConfigMap v1 core; pulumi-kubernetes provider/pkg/provider/diff.go",
  inputs: z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("ConfigMap"),
    metadata: namespacedMetadata,
    data: text.optional(),
  }),
  immutable: [...immutableNames, "data"],
  computed: [],
  autoName,
  identity: ({ metadata }, context) => identityIn(metadata, context),
  seconds: { create: 1 },
  permissions: {
    create: "configmaps/create",
    update: "configmaps/update",
    delete: "configmaps/delete",
    read: "configmaps/get",
  },
  verify: ({ metadata }, context) => {
    requireNamespace(metadata.namespace ?? "default", context);
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("ConfigMap", { namespace: "default", ...metadata }, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

function identityIn(
  metadata: { readonly name: string; readonly namespace?: string | undefined },
  context: CallContext,
) {
  return identityOf(clusterOf(context).host, metadata.namespace ?? "default", metadata.name);
}

function nameOf(inputs: Readonly<Record<string, unknown>>): string {
  return clusterMetadata.parse(inputs.metadata).name;
}
