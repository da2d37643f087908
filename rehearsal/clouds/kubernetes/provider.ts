import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { ProviderDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { changedProperties, isUnknown, type Properties } from "../kernel/values";
import { openWorlds } from "../worlds";
import { application, appProject } from "./argo-cd";
import { findCluster } from "./clusters";
import { configMap, namespace, secret } from "./core";
import { type ActiveCluster, activeCluster } from "./kubeconfig";
import { logIn, requestOf } from "./log-in";
import { unreachable } from "./objects";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./rbac";
import { release } from "./release";

/** The SDK hands a boolean over as JSON (provider.js). */
const flag = z.union([z.boolean(), z.enum(["true", "false"])]);

/** The simulated Kubernetes provider: objects on the clusters that the simulated clouds made. */
export const provider: ProviderDefinition = {
  name: "kubernetes",
  config: z.strictObject({
    // The kernel hands JSON over as the object that it stands for.
    kubeconfig: z.union([z.string().min(1), z.record(z.string(), z.unknown())]),
    clusterIdentifier: z.string().optional(),
    enableServerSideApply: flag.optional(),
    helmReleaseSettings: z.strictObject({ driver: z.enum(["configmap", "secret"]).optional() }).optional(),
    suppressDeprecationWarnings: flag.optional(),
  }),
  resources: [
    namespace,
    secret,
    configMap,
    release,
    application,
    appProject,
    clusterRole,
    clusterRoleBinding,
    role,
    roleBinding,
  ],
  functions: [],
  logIn,
  logsInLate: true,
  request: requestOf,
  world: (config, folder) => worldOf(active(config.kubeconfig), folder),
  diffConfig,
};

/** @throws CloudError in the real provider's words (provider.go, Configure) */
function active(kubeconfig: unknown): ActiveCluster {
  try {
    return activeCluster(kubeconfig);
  } catch (error) {
    throw new CloudError(
      "configured Kubernetes cluster is unreachable",
      `unable to load Kubernetes client configuration from kubeconfig file: ${(error as Error).message}`,
    );
  }
}

/** Name of the cloud whose control plane made the cluster. @throws CloudError when none did */
function worldOf({ server }: ActiveCluster, folder: string): string {
  const worlds = openWorlds(folder);
  try {
    const found = worlds.find((world) => findCluster(world, server) !== undefined);
    if (found === undefined) {
      throw unreachable(server);
    }
    return found.name;
  } finally {
    worlds.forEach((world) => {
      world.close();
    });
  }
}

/**
 * With the same `clusterIdentifier` nothing is replaced. Without it, or with another one, objects are replaced when the
 * identifier, or the cluster that the kubeconfig names, is another, and when that cannot be known.
 *
 * Source: pulumi-kubernetes provider/pkg/provider/provider.go, DiffConfig.
 */
function diffConfig(olds: Properties, news: Properties): { readonly changed: string[]; readonly replaced: string[] } {
  const changed = changedProperties(olds, news);
  const [before, after] = [olds.clusterIdentifier, news.clusterIdentifier];
  if (after !== undefined && before === after) {
    return { changed, replaced: [] };
  }
  const replaced = before !== undefined && after !== undefined ? ["clusterIdentifier"] : [];
  if (isUnknown(news.kubeconfig) || !sameCluster(olds.kubeconfig, news.kubeconfig)) {
    replaced.push("kubeconfig");
  }
  return { changed, replaced };
}

function sameCluster(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(active(before), active(after));
}
