import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { CloudRecord } from "../kernel/world";
import { clusterOf, identityOf, immutableNames, namespacedMetadata, requireNamespace, stored } from "./objects";
import { objectEffect } from "./real-cluster";
import { requireKind, runsIn } from "./release";

const apiVersion = "argoproj.io/v1alpha1";
const projectType = "kubernetes:argoproj.io/v1alpha1:AppProject";

/** Makes Argo CD's controller empty the application before it goes. Source: argo-cd docs/user-guide/app_deletion.md */
const cascadeFinalizer = "resources-finalizer.argocd.argoproj.io";

const destination = z.strictObject({
  server: z.url().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
});

/** Of the CRD's schema, what the platform uses. Source: argo-cd manifests/crds/application-crd.yaml */
const applicationSpec = z.strictObject({
  project: z.string(),
  source: z.strictObject({
    repoURL: z.string().min(1),
    targetRevision: z.string().optional(),
    path: z.string().optional(),
    kustomize: z
      .strictObject({
        patches: z.array(z.strictObject({ target: z.strictObject({ kind: z.string() }), patch: z.string() })),
      })
      .optional(),
  }),
  destination,
  syncPolicy: z
    .strictObject({
      automated: z
        .strictObject({
          prune: z.boolean().optional(),
          selfHeal: z.boolean().optional(),
          allowEmpty: z.boolean().optional(),
        })
        .optional(),
      syncOptions: z.array(z.string()).optional(),
      retry: z
        .strictObject({
          limit: z.int(),
          refresh: z.boolean().optional(),
          backoff: z
            .strictObject({
              duration: z.string().optional(),
              factor: z.int().optional(),
              maxDuration: z.string().optional(),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

export const applicationInputs = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal("Application"),
  metadata: namespacedMetadata,
  spec: applicationSpec,
});

export const application = defineResource({
  type: "kubernetes:argoproj.io/v1alpha1:Application",
  source: "argo-cd manifests/crds/application-crd.yaml, controller/appcontroller.go",
  inputs: applicationInputs,
  immutable: immutableNames,
  computed: [],
  identity: ({ metadata }, context) => identityIn(metadata, context),
  // The API server answers at once. Deletion with the finalizer: one sweep of an application without children.
  seconds: { create: 1, delete: 5 },
  permissions: {
    create: "applications/create",
    update: "applications/update",
    delete: "applications/delete",
    read: "applications/get",
  },
  verify: ({ metadata }, context) => {
    requireKind(apiVersion, "Application", context);
    requireNamespace(metadata.namespace ?? "default", context);
  },
  verifyDelete: (record, context) => {
    if (!needsArgoCd(record)) {
      return;
    }
    const { metadata, spec } = applicationInputs.parse(record.inputs);
    const { name, namespace = "default" } = metadata;
    const { host } = clusterOf(context);
    const timedOut = `timed out waiting for deletion of application "${namespace}/${name}"`;
    if (!runsIn("argo-cd", host, namespace, context)) {
      throw new CloudError(
        timedOut,
        `its finalizer ${cascadeFinalizer} stays: no Argo CD controller runs in namespace "${namespace}" to take it off`,
      );
    }
    // finalizeApplicationDeletion asks for the project first, and gives up without it.
    const projects = context.world.list(projectType).filter(({ deletedAt }) => deletedAt === null);
    if (
      spec.project !== "default" &&
      !projects.some(({ identity }) => identity === identityOf(host, namespace, spec.project))
    ) {
      throw new CloudError(
        timedOut,
        `its finalizer ${cascadeFinalizer} stays: error getting app project "${spec.project}": not found`,
      );
    }
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("Application", { namespace: "default", ...metadata }, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

const kinds = z.array(z.strictObject({ group: z.string(), kind: z.string() }));

export const appProject = defineResource({
  type: projectType,
  source: "argo-cd manifests/crds/appproject-crd.yaml",
  inputs: z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal("AppProject"),
    metadata: namespacedMetadata,
    spec: z.strictObject({
      description: z.string().max(255).optional(),
      sourceRepos: z.array(z.string()).optional(),
      destinations: z.array(destination).optional(),
      clusterResourceWhitelist: kinds.optional(),
      namespaceResourceWhitelist: kinds.optional(),
    }),
  }),
  immutable: immutableNames,
  computed: [],
  identity: ({ metadata }, context) => identityIn(metadata, context),
  seconds: { create: 1 },
  permissions: {
    create: "appprojects/create",
    update: "appprojects/update",
    delete: "appprojects/delete",
    read: "appprojects/get",
  },
  verify: ({ metadata }, context) => {
    requireKind(apiVersion, "AppProject", context);
    requireNamespace(metadata.namespace ?? "default", context);
  },
  effect: objectEffect,
  create: ({ metadata }, context) => {
    const object = stored("AppProject", { namespace: "default", ...metadata }, context);
    return { id: object.id, outputs: { metadata: object.metadata } };
  },
});

/** True for an object that cannot go unless Argo CD's controller lives. */
export function needsArgoCd({ type, inputs }: CloudRecord): boolean {
  const parsed = type === application.type ? applicationInputs.safeParse(inputs) : undefined;
  return parsed?.data?.metadata.finalizers?.includes(cascadeFinalizer) === true;
}

function identityIn(
  metadata: { readonly name: string; readonly namespace?: string | undefined },
  context: CallContext,
) {
  return identityOf(clusterOf(context).host, metadata.namespace ?? "default", metadata.name);
}
