import { z } from "zod";
import type { CallContext } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import type { Properties } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { findCluster, hostOf, type RunningCluster } from "./clusters";
import { activeCluster } from "./kubeconfig";

/** Name of most objects. Source: Kubernetes docs, Object Names and IDs (RFC 1123 subdomain). */
export const subdomainName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
      "and end with an alphanumeric character",
  );

/** Name of a namespace. Source: as above (RFC 1123 label). */
export const labelName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
      "with an alphanumeric character",
  );

/** Source: Kubernetes docs, Labels and Selectors, "Syntax and character set". */
const labelValue = z
  .string()
  .max(63)
  .regex(
    /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
      "and end with an alphanumeric character",
  );

const commonMetadata = {
  labels: z.record(z.string(), labelValue).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
};

export const clusterMetadata = z.strictObject({ name: labelName, ...commonMetadata });

/** An object without a namespace goes into `default`. */
export const namespacedMetadata = z.strictObject({
  name: subdomainName,
  namespace: labelName.optional(),
  ...commonMetadata,
});

/** Kubernetes names an object anew only by making another one; so does the real provider (provider.go, forceNew). */
export const immutableNames = ["metadata.name", "metadata.namespace"] as const;

/** `<logical name>-` and 8 hexadecimal digits. Source: pulumi-kubernetes provider/pkg/metadata/naming.go. */
export const autoName = { property: "metadata.name", separator: "-", digits: 8 } as const;

/** Place of an object among all objects of its type in all clusters of a cloud. */
export function identityOf(host: string, namespace: string | undefined, name: string): string {
  return [host, ...(namespace === undefined ? [] : [namespace]), name].join("/");
}

/** The cluster that the provider is configured for. @throws CloudError when it does not answer */
export function clusterOf({ world, config }: Pick<CallContext, "world" | "config">): RunningCluster {
  const { server } = activeCluster(config.kubeconfig);
  const cluster = findCluster(world, server);
  if (cluster === undefined) {
    throw unreachable(server);
  }
  return cluster;
}

/** Source: pulumi-kubernetes provider/pkg/provider/provider.go (Create, Delete), client-go's dial error. */
export function unreachable(server: string): CloudError {
  return new CloudError(
    "configured Kubernetes cluster is unreachable",
    `unable to load schema information from the API server: Get "${server}/openapi/v2?timeout=32s": dial tcp: lookup ` +
      `${hostOf(server)}: no such host. If the cluster was deleted, you can remove this resource from Pulumi state by ` +
      `rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"`,
  );
}

/**
 * Id and metadata of an object as the API server returns it. The real provider's id is `<namespace>/<name>`; the host
 * is added because one simulated cloud holds the objects of many clusters.
 */
export function stored(
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string | undefined },
  context: CallContext,
): { readonly id: string; readonly metadata: Properties } {
  const { host } = clusterOf(context);
  const path = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  return {
    id: `${path}@${host}`,
    metadata: { ...metadata, uid: makeId("", `${kind}/${path}@${host}`, 32) },
  };
}

/** @throws CloudError when the object's namespace does not exist. Source: NamespaceLifecycle admission plugin */
export function requireNamespace(namespace: string, context: CallContext): void {
  const { host } = clusterOf(context);
  const builtIn = ["default", "kube-system", "kube-public"].includes(namespace);
  const record = context.world.holder("kubernetes:core/v1:Namespace", identityOf(host, undefined, namespace))?.record;
  if (!builtIn && record === undefined) {
    throw new CloudError("NotFound", `namespaces "${namespace}" not found`);
  }
  if (record !== undefined && record.deletedAt !== null) {
    throw new CloudError(
      "Forbidden",
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}

/** Every object of a cluster, of one namespace if one is given; what is being deleted is left out. */
export function objectsOf(world: World, server: string, namespace?: string): CloudRecord[] {
  const prefix = namespace === undefined ? `${hostOf(server)}/` : `${hostOf(server)}/${namespace}/`;
  return world
    .list()
    .filter(
      ({ type, identity, deletedAt }) =>
        type.startsWith("kubernetes:") && deletedAt === null && identity?.startsWith(prefix) === true,
    );
}

/**
 * Takes away what a cluster held, when the cluster itself is deleted: for the `whenDeleted` of each cloud's cluster.
 *
 * @param server address of the API server, with or without scheme
 * @param deletedAt when the cluster's deletion ends, in simulated milliseconds. @default now
 */
export function deleteObjectsOf(world: World, server: string, deletedAt = world.now()): void {
  for (const { type, id } of objectsOf(world, server)) {
    world.delete(type, id, deletedAt);
  }
}
