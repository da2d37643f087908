import { at } from "../value";
import { type CloudPricing, count, type Item, text } from "./item";

/** What a pool's disks are where nothing is said, up to 7 vCPUs (learn.microsoft.com/azure/aks/concepts-storage, default OS disk sizing). */
const defaultDiskGibibytes = 128;

/** What Azure charges for the resources of a stack. */
export const azurePricing: CloudPricing = {
  byType: {
    "azure-native:containerservice:ManagedCluster": cluster,
    "azure-native:containerservice:AgentPool": pool,
    "azure-native:containerregistry:Registry": registry,
    "azure-native:network:PublicIPAddress": () => [
      { what: "public IPv4 address", price: "public IPv4 address", quantity: 1 },
    ],
  },
  byUse: {
    "azure-native:keyvault:Vault": "key vault: by what it is asked for",
    "azure-native:storage:StorageAccount": "storage account: by what is stored and asked for",
  },
  free: [
    "azure-native:authorization:",
    "azure-native:keyvault:Key",
    "azure-native:managedidentity:",
    "azure-native:network:Subnet",
    "azure-native:network:VirtualNetwork",
    "azure-native:resources:",
    "azure-native:storage:Blob",
  ],
  besides: ["traffic between zones and to the internet", "load balancers that the cluster makes besides its own"],
};

function cluster(properties: Readonly<Record<string, unknown>>): Item[] {
  const tier = text(at(properties, "sku", "tier")) ?? "Free";
  const pools = at(properties, "agentPoolProfiles");
  const outbound = at(properties, "networkProfile", "outboundType");
  return [
    { what: `AKS control plane, tier ${tier}`, price: `AKS cluster, ${tier}`, quantity: 1 },
    ...(Array.isArray(pools) ? pools.flatMap(pool) : [{ unpriced: "nodes: the pools are not known" }]),
    // AKS's default, with one address (learn.microsoft.com/azure/aks/egress-outboundtype).
    ...(outbound === undefined || outbound === "loadBalancer"
      ? [
          { what: "load balancer for the way out", price: "load balancer, up to 5 rules", quantity: 1 },
          { what: "public IPv4 address of the way out", price: "public IPv4 address", quantity: 1 },
        ]
      : []),
  ];
}

function pool(properties: unknown): Item[] {
  const nodes = count(at(properties, "minCount")) ?? count(at(properties, "count"));
  const size = text(at(properties, "vmSize"));
  if (nodes === undefined || size === undefined) {
    return [{ unpriced: "nodes: their number or size is not known" }];
  }
  if (at(properties, "scaleSetPriority") === "Spot") {
    return [{ unpriced: `${nodes} nodes ${size} at spot prices` }];
  }
  const disk = count(at(properties, "osDiskSizeGB")) ?? defaultDiskGibibytes;
  return [
    { what: `${nodes} nodes ${size}`, price: size, quantity: nodes },
    ...(at(properties, "osDiskType") === "Ephemeral"
      ? []
      : [{ what: `disks of ${nodes} nodes`, price: `Premium SSD of ${disk} GiB`, quantity: nodes }]),
  ];
}

function registry(properties: Readonly<Record<string, unknown>>): Item[] {
  const sku = text(at(properties, "sku", "name"));
  return [
    sku === undefined
      ? { unpriced: "registry: its SKU is not known" }
      : { what: `registry, ${sku}`, price: `registry, ${sku}`, quantity: 1 },
    { unpriced: "images: by what is stored beyond the registry's own room" },
  ];
}
