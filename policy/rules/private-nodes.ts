import { type Fault, type ResourceRule, says } from "../rule";
import { at, list, unknown } from "../value";

const awsSource = "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html";
const azureSource = "https://learn.microsoft.com/azure/aks/use-node-public-ips";

/** Nodes are reached from inside their network, and go out through a gateway. */
export const privateNodes: ResourceRule = {
  name: "private-nodes",
  demand: "Nodes have no public addresses.",
  checks: {
    "aws:ec2/subnet:Subnet": {
      source: awsSource,
      faults: ({ properties }) =>
        at(properties, "mapPublicIpOnLaunch") === true
          ? [{ what: "mapPublicIpOnLaunch is true", advice: "Leave it out: load balancers need it not." }]
          : [],
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
      source: awsSource,
      faults: ({ properties }) =>
        list(at(properties, "networkInterfaces")).flatMap((entry, index) =>
          ["true", true].includes(at(entry, "associatePublicIpAddress") as string)
            ? [{ what: `networkInterfaces[${index}].associatePublicIpAddress is true`, advice: "Leave it out." }]
            : [],
        ),
    },
    "gcp:container/cluster:Cluster": {
      source: "https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters",
      faults: ({ properties }) => {
        const enabled = at(properties, "privateClusterConfig", "enablePrivateNodes");
        return enabled === true || enabled === unknown
          ? []
          : [{ what: says("privateClusterConfig.enablePrivateNodes", enabled), advice: "Set it to true." }];
      },
    },
    "gcp:container/nodePool:NodePool": {
      source: "https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters",
      faults: ({ properties }) =>
        // A pool without it is as its cluster is.
        at(properties, "networkConfig", "enablePrivateNodes") === false
          ? [{ what: "networkConfig.enablePrivateNodes is false", advice: "Leave it out, or set it to true." }]
          : [],
    },
    "azure-native:containerservice:ManagedCluster": {
      source: azureSource,
      faults: ({ properties }) =>
        list(at(properties, "agentPoolProfiles")).flatMap((pool, index) =>
          publicPool(`agentPoolProfiles[${index}].`, pool),
        ),
    },
    "azure-native:containerservice:AgentPool": {
      source: azureSource,
      faults: ({ properties }) => publicPool("", properties),
    },
  },
};

function publicPool(path: string, pool: unknown): Fault[] {
  return at(pool, "enableNodePublicIP") === true
    ? [{ what: `${path}enableNodePublicIP is true`, advice: "Leave it out, or set it to false." }]
    : [];
}
