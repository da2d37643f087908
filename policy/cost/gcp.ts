import { at } from "../value";
import { type CloudPricing, count, type Item, type PricedResource, text } from "./item";

/** Zones that a regional pool spreads over when none are named (cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters). */
const zonesOfRegion = 3;

/** Nodes that one gateway charges for; from there on the price is flat (cloud.google.com/nat/pricing). */
const natNodes = 32;

/** What a node has where nothing is said (cloud.google.com/kubernetes-engine/docs/concepts/configure-boot-disks). */
const defaultDisk = { type: "pd-balanced", gibibytes: 100 };

const poolType = "gcp:container/nodePool:NodePool";

/** What Google Cloud charges for the resources of a stack. */
export const gcpPricing: CloudPricing = {
  byType: {
    "gcp:container/cluster:Cluster": cluster,
    [poolType]: pool,
    "gcp:compute/routerNat:RouterNat": nat,
    "gcp:compute/address:Address": () => [{ what: "external IP address", price: "external IP address", quantity: 1 }],
  },
  byUse: {
    "gcp:artifactregistry/repository:Repository": "images: by what is stored",
    "gcp:storage/bucket:Bucket": "bucket: by what is stored and asked for",
    "gcp:kms/cryptoKey:CryptoKey": "key: by its versions and what they are asked for",
  },
  free: [
    "gcp:artifactregistry/repositoryIam",
    "gcp:compute/network:",
    "gcp:compute/router:",
    "gcp:compute/subnetwork:",
    "gcp:iam/",
    "gcp:kms/cryptoKeyIAM",
    "gcp:kms/keyRing:",
    "gcp:projects/",
    "gcp:serviceaccount/",
    "gcp:storage/bucketIAM",
  ],
  besides: [
    "traffic between zones, through Cloud NAT and to the internet",
    "load balancers that the cluster makes",
    "logs and metrics beyond what is free",
  ],
};

function cluster(properties: Readonly<Record<string, unknown>>): Item[] {
  const own = at(properties, "nodePools");
  const ownNodes = Array.isArray(own)
    ? own.reduce((sum: number, entry) => sum + (count(at(entry, "initialNodeCount")) ?? 1), 0)
    : (count(at(properties, "initialNodeCount")) ?? 0);
  return [
    { what: "GKE control plane", price: "GKE cluster", quantity: 1 },
    ...(ownNodes > 0 ? [{ unpriced: "nodes of the cluster's own pool" }] : []),
    ...(at(properties, "releaseChannel", "channel") === "EXTENDED"
      ? [{ unpriced: "GKE extended support, once the version's standard support ends" }]
      : []),
  ];
}

function pool(properties: Readonly<Record<string, unknown>>): Item[] {
  const nodes = nodesOf(properties);
  const config = at(properties, "nodeConfig");
  const type = text(at(config, "machineType"));
  if (nodes === undefined || type === undefined) {
    return [{ unpriced: "nodes: their number or machine type is not known" }];
  }
  if (at(config, "spot") === true || at(config, "preemptible") === true) {
    return [{ unpriced: `${nodes} nodes ${type} at spot prices` }];
  }
  const size = count(at(config, "diskSizeGb")) ?? defaultDisk.gibibytes;
  return [
    { what: `${nodes} nodes ${type}`, price: type, quantity: nodes },
    {
      what: `disks of ${nodes} nodes, ${size} GiB`,
      price: text(at(config, "diskType")) ?? defaultDisk.type,
      quantity: nodes * size,
    },
  ];
}

/** The least that run, in all zones together; undefined where that cannot be known. */
function nodesOf(properties: Readonly<Record<string, unknown>>): number | undefined {
  const total = count(at(properties, "autoscaling", "totalMinNodeCount"));
  if (total !== undefined) {
    return total;
  }
  const zone =
    count(at(properties, "autoscaling", "minNodeCount")) ??
    count(at(properties, "nodeCount")) ??
    count(at(properties, "initialNodeCount"));
  const named = at(properties, "nodeLocations");
  return zone === undefined
    ? undefined
    : zone * (Array.isArray(named) && named.length > 0 ? named.length : zonesOfRegion);
}

function nat(_: Readonly<Record<string, unknown>>, all: readonly PricedResource[]): Item[] {
  const counts = all.filter(({ type }) => type === poolType).map(({ properties }) => nodesOf(properties));
  const address = { what: "external IP address of Cloud NAT", price: "external IP address", quantity: 1 };
  if (counts.includes(undefined)) {
    return [{ unpriced: "Cloud NAT: the number of nodes is not known" }, address];
  }
  const nodes = counts.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return [
    nodes > natNodes
      ? { what: `Cloud NAT for ${nodes} nodes`, price: "Cloud NAT above 32 nodes", quantity: 1 }
      : { what: `Cloud NAT for ${nodes} nodes`, price: "Cloud NAT for a node", quantity: nodes },
    address,
  ];
}
