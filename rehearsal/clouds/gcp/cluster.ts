import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { valuesAt } from "../kernel/values";
import { deleteObjectsOf } from "../kubernetes/objects";
import { googleErrors, locationOf, projectOf } from "./context";
import { simulatedAddress, simulatedCertificate } from "./endpoint";
import { networkReference, subnetworkType } from "./network";
import { cidr, labels, management, nodeConfig, project } from "./schemas";
import { serviceAccountType } from "./service-account";

export const clusterType = "gcp:container/cluster:Cluster";
export const nodePoolType = "gcp:container/nodePool:NodePool";

/** A node pool that is written inside the cluster. */
const inlinePool = z.strictObject({
  name: z.string().optional(),
  initialNodeCount: z.int().min(0).optional(),
  management: management.optional(),
  nodeConfig: nodeConfig.optional(),
});

const schema = z.strictObject({
  name: z
    .string()
    .max(40)
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, "must be lower-case letters, digits and hyphens, beginning with a letter"),
  project: project.optional(),
  location: z.string().optional(),
  description: z.string().optional(),
  network: z.string(),
  subnetwork: z.string(),
  networkingMode: z.literal("VPC_NATIVE").optional(),
  ipAllocationPolicy: z.strictObject({ clusterSecondaryRangeName: z.string(), servicesSecondaryRangeName: z.string() }),
  datapathProvider: z.enum(["DATAPATH_PROVIDER_UNSPECIFIED", "LEGACY_DATAPATH", "ADVANCED_DATAPATH"]).optional(),
  privateClusterConfig: z
    .strictObject({ enablePrivateNodes: z.boolean().optional(), enablePrivateEndpoint: z.boolean().optional() })
    .optional(),
  masterAuthorizedNetworksConfig: z
    .strictObject({
      cidrBlocks: z.array(z.strictObject({ cidrBlock: cidr, displayName: z.string().optional() })).optional(),
      gcpPublicCidrsAccessEnabled: z.boolean().optional(),
    })
    .optional(),
  masterAuth: z
    .strictObject({ clientCertificateConfig: z.strictObject({ issueClientCertificate: z.boolean() }) })
    .optional(),
  resourceLabels: labels.optional(),
  workloadIdentityConfig: z.strictObject({ workloadPool: z.string() }).optional(),
  releaseChannel: z
    .strictObject({ channel: z.enum(["UNSPECIFIED", "RAPID", "REGULAR", "STABLE", "EXTENDED"]) })
    .optional(),
  minMasterVersion: z
    .string()
    .regex(/^1\.\d+(\.\d+(-gke\.\d+)?)?$/)
    .optional(),
  enableShieldedNodes: z.boolean().optional(),
  deletionProtection: z.boolean().optional(),
  initialNodeCount: z.int().optional(),
  nodePools: z.array(inlinePool).optional(),
});

type Inputs = z.output<typeof schema>;

export const cluster = defineResource({
  type: clusterType,
  source: "terraform-provider-google container/resource_container_cluster.go; GKE API clusters.create",
  inputs: schema,
  immutable: [
    ...["name", "project", "location", "description", "network", "subnetwork", "networkingMode", "ipAllocationPolicy"],
    ...["datapathProvider", "masterAuth.clientCertificateConfig", "initialNodeCount", "nodePools"],
  ],
  computed: [
    ...["endpoint", "masterAuth", "masterVersion", "nodeVersion", "selfLink", "servicesIpv4Cidr", "clusterIpv4Cidr"],
    ...["operation", "project", "location"],
  ],
  identity: (inputs, context) => clusterId(inputs, context),
  taken: googleErrors.alreadyExists,
  references: [
    networkReference,
    {
      property: "subnetwork",
      types: [subnetworkType],
      missing: googleErrors.notFound,
      inUse: googleErrors.inUse,
    },
    {
      property: "nodePools[].nodeConfig.serviceAccount",
      types: [serviceAccountType],
      by: "email",
      missing: googleErrors.badRequest,
      unseen: "refuse",
      except: (account) => account === "default",
    },
  ],
  // Observed for regional clusters in public logs: created in 6:13 and 9:22; deleted in 2:44 to 8:15.
  seconds: { create: 468, delete: 330 },
  permissions: {
    create: "container.clusters.create",
    update: "container.clusters.update",
    delete: "container.clusters.delete",
    read: "container.clusters.get",
  },
  verify: (inputs, context) => {
    // Nodes run as this account, so whoever makes them must be allowed to act as it.
    context.world.authorize("iam.serviceAccounts.actAs");
    const fault = faultOf(inputs, context);
    if (fault !== undefined) {
      throw new CloudError(googleErrors.badRequest, fault);
    }
  },
  verifyDelete: (record) => {
    // The provider's own refusal, by what it knows from the last update; its default is true.
    if (record.inputs.deletionProtection !== false) {
      throw new CloudError(
        "deletion_protection",
        "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
      );
    }
  },
  // Source: cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster: nodes are deleted with their cluster.
  whenDeleted: (record, { world }) => {
    deleteObjectsOf(world, String(record.outputs.endpoint));
    for (const pool of world.list(nodePoolType)) {
      if (pool.inputs.cluster === record.inputs.name && pool.outputs.location === record.outputs.location) {
        world.delete(nodePoolType, pool.id);
      }
    }
  },
  create: (inputs, context) => {
    const id = clusterId(inputs, context);
    const version = gkeVersion(inputs.minMasterVersion ?? "1.34");
    return {
      id,
      outputs: {
        endpoint: simulatedAddress(id),
        masterAuth: {
          clientCertificate: "",
          clientCertificateConfig: { issueClientCertificate: false },
          clientKey: "",
          clusterCaCertificate: simulatedCertificate(id),
        },
        masterVersion: version,
        nodeVersion: version,
        selfLink: `https://container.googleapis.com/v1/${id}`,
        servicesIpv4Cidr: rangeOf(inputs, inputs.ipAllocationPolicy.servicesSecondaryRangeName, context),
        clusterIpv4Cidr: rangeOf(inputs, inputs.ipAllocationPolicy.clusterSecondaryRangeName, context),
        operation: "",
        project: projectOf(inputs, context),
        location: locationOf(inputs, context),
      },
    };
  },
});

/** Id of a cluster, as the provider writes it. */
export function clusterId(
  inputs: { readonly name: string; readonly project?: string; readonly location?: string },
  context: Pick<CallContext, "config">,
): string {
  return `projects/${projectOf(inputs, context)}/locations/${locationOf(inputs, context)}/clusters/${inputs.name}`;
}

/** A release channel upgrades and repairs every node pool. Source: the API's own words in rancher/rancher#32282 */
export function managementFault(channel: string, pool: z.output<typeof management> | undefined): string | undefined {
  const managed = pool?.autoUpgrade !== false && pool?.autoRepair !== false;
  return managed || channel === "UNSPECIFIED"
    ? undefined
    : `Auto_upgrade and auto_repair cannot be false when release_channel ${channel} is set.`;
}

function faultOf(inputs: Inputs, context: CallContext): string | undefined {
  if ((inputs.nodePools ?? []).length === 0 && !((inputs.initialNodeCount ?? 0) > 0)) {
    // hashicorp/terraform-provider-google#2104; an inline pool may be empty (#773)
    return "Cluster.initial_node_count must be greater than zero.";
  }
  const pool = `${projectOf(inputs, context)}.svc.id.goog`;
  if (inputs.workloadIdentityConfig !== undefined && inputs.workloadIdentityConfig.workloadPool !== pool) {
    // Source: GKE API WorkloadIdentityConfig.workloadPool
    return `workload pool ${inputs.workloadIdentityConfig.workloadPool} must be the project's own, ${pool}.`;
  }
  const channel = inputs.releaseChannel?.channel ?? "REGULAR";
  return (
    networkFault(inputs, context) ??
    (inputs.nodePools ?? []).map((item) => managementFault(channel, item.management)).find(Boolean)
  );
}

/** Source: GKE API Cluster.subnetwork and IPAllocationPolicy */
function networkFault(inputs: Inputs, context: CallContext): string | undefined {
  const subnetwork = context.world.find(subnetworkType, inputs.subnetwork);
  const region = locationOf(inputs, context).replace(/-[a-z]$/, "");
  if (subnetwork?.outputs.region !== region || subnetwork.inputs.network !== inputs.network) {
    return `subnetwork ${inputs.subnetwork} is not in network ${inputs.network} and region ${region}.`;
  }
  const { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services } = inputs.ipAllocationPolicy;
  const missing = [pods, services].find((name) => rangeOf(inputs, name, context) === undefined);
  return missing === undefined ? undefined : `secondary range "${missing}" does not exist in ${inputs.subnetwork}.`;
}

function rangeOf(inputs: Inputs, name: string, { world }: CallContext): unknown {
  const ranges = valuesAt(world.find(subnetworkType, inputs.subnetwork)?.inputs, "secondaryIpRanges[]");
  return ranges
    .filter((range) => valuesAt(range, "rangeName")[0] === name)
    .flatMap((range) => valuesAt(range, "ipCidrRange"))[0];
}

/** A full version of the minor version that was asked for. */
function gkeVersion(version: string): string {
  return /^1\.\d+$/.test(version) ? `${version}.1-gke.1000000` : version;
}
