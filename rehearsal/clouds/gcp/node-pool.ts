import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { valuesAt } from "../kernel/values";
import type { CloudRecord } from "../kernel/world";
import { clusterType, managementFault, nodePoolType } from "./cluster";
import { googleErrors, locationOf, projectOf, zonesOf } from "./context";
import { immutableOfNodes, management, nodeConfig, project } from "./schemas";
import { serviceAccountType } from "./service-account";

const count = z.int().min(0).optional();

const schema = z.strictObject({
  name: z.string().regex(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/, "must be 1 to 40 lower-case letters, digits and hyphens"),
  project: project.optional(),
  location: z.string().optional(),
  cluster: z.string(),
  initialNodeCount: count,
  nodeCount: count,
  autoscaling: z
    .strictObject({
      minNodeCount: count,
      maxNodeCount: count,
      totalMinNodeCount: count,
      totalMaxNodeCount: count,
      locationPolicy: z.enum(["BALANCED", "ANY"]).optional(),
    })
    .optional(),
  management: management.optional(),
  nodeConfig: nodeConfig.optional(),
});

type Inputs = z.output<typeof schema>;

export const nodePool = defineResource({
  type: nodePoolType,
  source: "terraform-provider-google container/resource_container_node_pool.go; GKE API clusters.nodePools.create",
  inputs: schema,
  immutable: ["name", "project", "location", "cluster", "initialNodeCount", ...immutableOfNodes],
  computed: ["instanceGroupUrls", "managedInstanceGroupUrls", "operation", "version", "project", "location"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs, context) => nodePoolId(inputs, context),
  taken: googleErrors.alreadyExists,
  references: [
    // GKE deletes a pool with its cluster, so that a pool does not hold the cluster.
    { property: "cluster", types: [clusterType], by: "name", missing: googleErrors.notFound },
    {
      property: "nodeConfig.serviceAccount",
      types: [serviceAccountType],
      by: "email",
      missing: googleErrors.badRequest,
      unseen: "refuse",
      except: (account) => account === "default",
    },
  ],
  // Observed in public logs: created in 1:04 to 1:56, deleted in 4:17. A change rolls through the nodes.
  seconds: { create: 90, update: 240, delete: 257 },
  permissions: {
    create: "container.clusters.update",
    read: "container.clusters.get",
  },
  verify: (inputs, context) => {
    context.world.authorize("iam.serviceAccounts.actAs");
    const fault = faultOf(inputs, context);
    if (fault !== undefined) {
      throw new CloudError(googleErrors.badRequest, fault);
    }
  },
  create: (inputs, context) => {
    const location = locationOf(inputs, context);
    const owner = projectOf(inputs, context);
    const groups = zonesOf(location).map(
      (zone) =>
        `https://www.googleapis.com/compute/v1/projects/${owner}/zones/${zone}/instanceGroups/gke-${inputs.name}`,
    );
    return {
      id: nodePoolId(inputs, context),
      outputs: {
        instanceGroupUrls: groups,
        managedInstanceGroupUrls: groups.map((url) => url.replace("/instanceGroups/", "/instanceGroupManagers/")),
        operation: "",
        version: clusterOf(inputs, context)?.outputs.masterVersion,
        project: owner,
        location,
      },
    };
  },
});

/**
 * How many nodes a pool begins with: what it names is the count of each zone, and without a count it has none, whatever
 * the autoscaler's minimum. Source: hashicorp/terraform-provider-google#8270 and the node_count documentation.
 */
export function nodesOf(pool: CloudRecord): number {
  const perZone = Number(pool.inputs.nodeCount ?? pool.inputs.initialNodeCount ?? 0);
  return perZone * valuesAt(pool.outputs, "instanceGroupUrls[]").length;
}

function nodePoolId(inputs: Inputs, context: CallContext): string {
  const parent = `projects/${projectOf(inputs, context)}/locations/${locationOf(inputs, context)}`;
  return `${parent}/clusters/${inputs.cluster}/nodePools/${inputs.name}`;
}

function clusterOf(inputs: Inputs, context: CallContext): CloudRecord | undefined {
  const id = `projects/${projectOf(inputs, context)}/locations/${locationOf(inputs, context)}/clusters/${inputs.cluster}`;
  return context.world.find(clusterType, id);
}

function faultOf(inputs: Inputs, context: CallContext): string | undefined {
  const parent = clusterOf(inputs, context);
  if (parent === undefined) {
    return `cluster ${inputs.cluster} is not in ${locationOf(inputs, context)}.`;
  }
  const [channel = "REGULAR"] = valuesAt(parent.inputs, "releaseChannel.channel").map(String);
  return (
    managementFault(channel, inputs.management) ??
    (inputs.initialNodeCount !== undefined && inputs.nodeCount !== undefined
      ? `Cannot set both initial_node_count and node_count on node pool ${inputs.name}`
      : undefined) ??
    autoscalingFault(inputs.autoscaling)
  );
}

/** Source: GKE API NodePoolAutoscaling */
function autoscalingFault(autoscaling: Inputs["autoscaling"]): string | undefined {
  const { minNodeCount, maxNodeCount, totalMinNodeCount, totalMaxNodeCount } = autoscaling ?? {};
  const perZone = minNodeCount !== undefined || maxNodeCount !== undefined;
  const total = totalMinNodeCount !== undefined || totalMaxNodeCount !== undefined;
  if (perZone && total) {
    return "The total_*_node_count fields are mutually exclusive with the *_node_count fields.";
  }
  const [minimum, maximum] = total ? [totalMinNodeCount, totalMaxNodeCount] : [minNodeCount, maxNodeCount];
  return autoscaling !== undefined && (minimum ?? 0) > (maximum ?? 0)
    ? "min_node_count must be at most max_node_count."
    : undefined;
}
