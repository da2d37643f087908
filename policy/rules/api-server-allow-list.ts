import { type Fault, type ResourceRule, says } from "../rule";
import { at, list, unknown } from "../value";

/** A range with a shorter prefix is the internet, or so much of it that it is no list. */
const shortestPrefix = 8;

const advice = (stack: string) =>
  `Set trinity:apiServerCidrs in stacks/Pulumi.${stack}.yaml to the networks that people and workflows come from.`;

/** A cluster's API server is not open to the whole internet. */
export const apiServerAllowList: ResourceRule = {
  name: "api-server-allow-list",
  demand: "A cluster's API server is reached from named networks only.",
  checks: {
    "aws:eks/cluster:Cluster": {
      source: "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
      faults: ({ properties }, stack) => {
        const network = at(properties, "vpcConfig");
        // EKS's defaults: a public endpoint, for everybody.
        return at(network, "endpointPublicAccess") === false || network === unknown
          ? []
          : allowed("vpcConfig.publicAccessCidrs", at(network, "publicAccessCidrs"), stack.name);
      },
    },
    "gcp:container/cluster:Cluster": {
      source: "https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks",
      faults: ({ properties }, stack) => {
        if (at(properties, "privateClusterConfig", "enablePrivateEndpoint") === true) {
          return [];
        }
        const networks = at(properties, "masterAuthorizedNetworksConfig");
        const blocks = at(networks, "cidrBlocks");
        const path = "masterAuthorizedNetworksConfig";
        return [
          ...allowed(
            `${path}.cidrBlocks`,
            Array.isArray(blocks) ? blocks.map((block) => at(block, "cidrBlock")) : blocks,
            stack.name,
          ),
          ...(at(networks, "gcpPublicCidrsAccessEnabled") === true
            ? [{ what: `${path}.gcpPublicCidrsAccessEnabled is true`, advice: "Set it to false." }]
            : []),
        ];
      },
    },
    "azure-native:containerservice:ManagedCluster": {
      source: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
      faults: ({ properties }, stack) => {
        const access = at(properties, "apiServerAccessProfile");
        return at(access, "enablePrivateCluster") === true
          ? []
          : allowed("apiServerAccessProfile.authorizedIPRanges", at(access, "authorizedIPRanges"), stack.name);
      },
    },
  },
};

function allowed(path: string, ranges: unknown, stack: string): Fault[] {
  if (ranges === unknown || list(ranges).includes(unknown)) {
    return [];
  }
  const open = list(ranges).filter((range) => Number(String(range).split("/")[1] ?? 32) < shortestPrefix);
  if (list(ranges).length === 0) {
    return [{ what: `${says(path, ranges)}, so that everybody may reach it`, advice: advice(stack) }];
  }
  return open.length > 0 ? [{ what: says(path, ranges), advice: advice(stack) }] : [];
}
