import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { isObject } from "../kernel/values";
import { argoCdObjects } from "./chart-objects";
import { type Chart, charts } from "./charts";
import { hostOf, nodesReadyAt } from "./clusters";
import { clusterOf, identityOf, labelName, objectsOf, requireNamespace } from "./objects";
import { applyObjects, realCluster, removeObjects } from "./real-cluster";

/** Helm's default of `helm install --timeout` and of the real provider. Source: helm_release.go, defaultTimeoutSeconds. */
const defaultTimeoutSeconds = 300;

const crdType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

const inputs = z.strictObject({
  // The SDK always sends it (helm/v3/release.js).
  compat: z.literal("true").optional(),
  // Helm: release names are DNS labels of at most 53 characters (helm pkg/chartutil/validate_name.go).
  name: labelName.max(53),
  namespace: labelName.optional(),
  chart: z.string(),
  version: z.string().optional(),
  repositoryOpts: z.strictObject({ repo: z.url() }).optional(),
  values: z.record(z.string(), z.unknown()).optional(),
  atomic: z.boolean().optional(),
  cleanupOnFail: z.boolean().optional(),
  createNamespace: z.boolean().optional(),
  maxHistory: z.int().min(0).optional(),
  skipAwait: z.boolean().optional(),
  waitForJobs: z.boolean().optional(),
  timeout: z.int().min(0).optional(),
});

export const release = defineResource({
  type: "kubernetes:helm.sh/v3:Release",
  source: "pulumi-kubernetes provider/pkg/provider/helm_release.go; Helm v3 install and upgrade actions",
  inputs,
  immutable: ["name", "namespace"],
  computed: ["status", "resourceNames"],
  autoName: { property: "name", separator: "-", digits: 8 },
  identity: ({ namespace = "default", name }, context) => identityOf(clusterOf(context).host, namespace, name),
  taken: "cannot re-use a name that is still in use",
  // Terraform logs of helm_release argocd in public repositories: 0:50, 0:55, 1:05, 1:12, 1:15 (EKS), 1:22, 1:37, 1:57,
  // 3:24, the median between 1:12 and 1:22; one destruction, 0:30.
  seconds: { create: 75, update: 45, delete: 30 },
  permissions: {
    create: "releases/create",
    update: "releases/update",
    delete: "releases/delete",
    // As the stacks have it, Helm keeps its records in ConfigMaps (helm pkg/storage/driver/cfgmaps.go, Query).
    read: "configmaps/list",
  },
  waitFor: waitForNodes,
  verify: ({ namespace = "default", chart, version, repositoryOpts, values = {} }, context) => {
    requireNamespace(namespace, context);
    const known = findChart(chart, version, repositoryOpts?.repo);
    const unknownKeys = Object.keys(values).filter((key) => !known.values.includes(key));
    if (unknownKeys.length > 0) {
      // Helm itself passes over such a key without a word; here it is an error, as every unknown property is.
      throw new CloudError("UnknownValues", `chart ${chart} has no values ${unknownKeys.join(", ")}`);
    }
  },
  // A chart that keeps its kinds leaves their objects alone; otherwise they go, and every object of them goes too.
  whenDeleted: (record, context) => {
    const { chart, version, repositoryOpts, values = {} } = inputs.parse(record.inputs);
    const kept = isObject(values.crds) ? values.crds.keep !== false : true;
    if (!kept) {
      removeKinds(findChart(chart, version, repositoryOpts?.repo), context);
    }
  },
  effect: {
    apply: async ({ namespace = "default", values = {} }, { world }) => {
      const cluster = realCluster(world);
      if (cluster !== undefined) {
        await applyObjects(cluster, argoCdObjects(namespace, values, cluster.argoCdKinds));
      }
    },
    remove: async ({ inputs: given }, { world }) => {
      const cluster = realCluster(world);
      const { namespace = "default", values = {} } = inputs.parse(given);
      if (cluster !== undefined) {
        const objects = argoCdObjects(namespace, values, cluster.argoCdKinds);
        // The kinds stay, as the chart keeps them.
        await removeObjects(
          cluster,
          objects.filter(({ kind }) => kind !== "CustomResourceDefinition"),
        );
      }
    },
  },
  create: (release, context) => {
    const { name, namespace = "default", chart, version, repositoryOpts } = release;
    const { host } = clusterOf(context);
    const known = findChart(chart, version, repositoryOpts?.repo);
    installKinds(known, context);
    const revision = 1 + Number(revisionOf(context.previous?.outputs.status));
    return {
      id: `${namespace}/${name}@${host}`,
      outputs: {
        status: {
          appVersion: known.appVersion,
          chart,
          name,
          namespace,
          revision,
          status: "deployed",
          version: known.version,
        },
        resourceNames: {},
      },
    };
  },
});

/**
 * Helm waits for the pods, and pods wait for nodes: nodes that somebody else is making count when they are ready.
 *
 * @throws CloudError when the time-out ends first. Source: helm pkg/action/install.go
 */
async function waitForNodes(
  { name, timeout = defaultTimeoutSeconds, atomic, skipAwait }: z.output<typeof inputs>,
  context: CallContext,
): Promise<void> {
  const { world } = context;
  const cluster = clusterOf(context);
  const deadline = world.now() + world.milliseconds(timeout);
  const ready = () => (nodesReadyAt(world, cluster) ?? Infinity) <= world.now();
  while (skipAwait !== true && !ready()) {
    if (world.now() >= deadline) {
      throw atomic === true
        ? new CloudError(
            `release ${name} failed, and has been uninstalled due to atomic being set`,
            "context deadline exceeded (its pods stay Pending: no nodes available to schedule pods)",
          )
        : new CloudError("context deadline exceeded", "pods stay Pending: no nodes available to schedule pods");
    }
    await world.until(Math.min(deadline, world.now() + world.milliseconds(5)));
  }
}

/** @throws CloudError in Helm's words. Source: helm pkg/repo/chartrepo.go, FindChartInRepoURL */
function findChart(name: string, version: string | undefined, repository: string | undefined): Chart {
  const named = charts.filter((chart) => chart.name === name && chart.repository === repository?.replace(/\/$/, ""));
  const found = named.find((chart) => version === undefined || chart.version === version);
  if (found === undefined) {
    const wanted = `chart "${name}"${version === undefined ? "" : ` version "${version}"`}`;
    const known = charts.map((chart) => `${chart.repository} ${chart.name} ${chart.version}`).join(", ");
    throw new CloudError(
      "Error locating chart",
      `${wanted} not found in ${String(repository)} repository; the simulation knows ${known}`,
    );
  }
  return found;
}

/** Helm makes the custom resource definitions before everything that uses them. */
function installKinds(chart: Chart, context: CallContext): void {
  const { host } = clusterOf(context);
  for (const { apiVersion, kind } of chart.kinds) {
    const id = `${kindPath(apiVersion, kind)}@${host}`;
    if (context.world.find(crdType, id) === undefined) {
      const now = context.world.now();
      const identity = identityOf(host, undefined, kindPath(apiVersion, kind));
      context.world.insert({ type: crdType, id, identity, inputs: {}, outputs: {}, readyAt: now, visibleAt: now });
    }
  }
}

function removeKinds(chart: Chart, context: CallContext): void {
  const { host } = clusterOf(context);
  for (const { apiVersion, kind } of chart.kinds) {
    context.world.delete(crdType, `${kindPath(apiVersion, kind)}@${host}`);
    for (const object of objectsOf(context.world, host)) {
      if (object.type === `kubernetes:${apiVersion}:${kind}`) {
        context.world.delete(object.type, object.id);
      }
    }
  }
}

/** @throws CloudError when the cluster has no such kind. Source: provider.go (Create, IsNoMatchError) */
export function requireKind(apiVersion: string, kind: string, context: CallContext): void {
  const { host } = clusterOf(context);
  if (context.world.find(crdType, `${kindPath(apiVersion, kind)}@${host}`) === undefined) {
    throw new CloudError(
      `creation of resource "${context.name}" with kind ${apiVersion}/${kind} failed because the Kubernetes API server ` +
        `reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created`,
      `no matches for kind "${kind}" in version "${apiVersion}"`,
    );
  }
}

/** True while the software of a chart runs in a namespace: installed, and nobody is uninstalling it. */
export function runsIn(chart: string, server: string, namespace: string, { world }: Pick<CallContext, "world">) {
  return world
    .list("kubernetes:helm.sh/v3:Release")
    .some(
      ({ identity, inputs: release, readyAt, deletedAt }) =>
        release.chart === chart &&
        identity?.startsWith(`${hostOf(server)}/${namespace}/`) === true &&
        readyAt <= world.now() &&
        deletedAt === null,
    );
}

function kindPath(apiVersion: string, kind: string): string {
  return `${apiVersion}/${kind}`;
}

function revisionOf(status: unknown): unknown {
  return isObject(status) ? status.revision : 0;
}
