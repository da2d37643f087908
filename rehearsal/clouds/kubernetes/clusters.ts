import type { CloudRecord, World } from "../kernel/world";

/** A cluster that some cloud's simulated control plane made. */
export interface RunningCluster {
  readonly record: CloudRecord;
  /** Host of its API server, which tells clusters apart: no two have the same. */
  readonly host: string;
}

/** The clusters of each cloud, and the output that holds the API server's address. */
const clusterTypes: readonly { readonly type: string; readonly address: string }[] = [
  { type: "aws:eks/cluster:Cluster", address: "endpoint" },
  { type: "gcp:container/cluster:Cluster", address: "endpoint" },
  { type: "azure-native:containerservice:ManagedCluster", address: "fqdn" },
];

/** The cluster whose API server has this address, once it answers and until its deletion begins. */
export function findCluster(world: World, server: string): RunningCluster | undefined {
  const host = hostOf(server);
  for (const { type, address } of clusterTypes) {
    const record = world.list(type).find((item) => hostOf(String(item.outputs[address])) === host);
    if (record !== undefined && record.readyAt <= world.now() && record.deletedAt === null) {
      return { record, host };
    }
  }
  return undefined;
}

/** Host of an address with or without scheme and port: `https://abc.example:443` is `abc.example`. */
export function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/[:/].*$/, "");
}

/**
 * When the first nodes of a cluster are ready, in simulated milliseconds; undefined while nobody makes any. A managed
 * Azure cluster is made with its first node pool.
 */
export function nodesReadyAt(world: World, { record }: RunningCluster): number | undefined {
  const pools = [
    ...world.list("aws:eks/nodeGroup:NodeGroup").filter(({ inputs }) => names(inputs.clusterName, record)),
    ...world.list("gcp:container/nodePool:NodePool").filter(({ inputs }) => names(inputs.cluster, record)),
    ...world.list("azure-native:containerservice:AgentPool").filter(({ inputs }) => names(inputs.resourceName, record)),
    ...(Array.isArray(record.inputs.agentPoolProfiles) ? [record] : []),
  ].filter(({ deletedAt }) => deletedAt === null);
  return pools.length === 0 ? undefined : Math.min(...pools.map(({ readyAt }) => readyAt));
}

function names(value: unknown, cluster: CloudRecord): boolean {
  return value === cluster.id || value === (cluster.inputs.name ?? cluster.inputs.resourceName);
}
