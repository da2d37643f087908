import { type Check, type ResourceRule, says } from "../rule";
import { at, unknown } from "../value";

const setting = (stack: string) => `Set trinity:deletionProtection to true in stacks/Pulumi.${stack}.yaml.`;

const protectedByPulumi: Check = {
  source: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  faults: ({ protect }, stack) => (protect ? [] : [{ what: "protect is false", advice: setting(stack.name) }]),
};

const protectedByCloud = (source: string): Check => ({
  source,
  faults: ({ properties }, stack) => {
    const value = at(properties, "deletionProtection");
    return value === true || value === unknown
      ? []
      : [{ what: says("deletionProtection", value), advice: setting(stack.name) }];
  },
});

/** Neither a slip nor a wrong stack's name deletes a cluster, or images. */
export const deletionProtection: ResourceRule = {
  name: "deletion-protection",
  demand: "Clusters and registries cannot be deleted before somebody has said so in the stack's settings.",
  checks: {
    "aws:eks/cluster:Cluster": protectedByCloud(
      "https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html",
    ),
    "gcp:container/cluster:Cluster": protectedByCloud(
      "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#deletion_protection",
    ),
    "aws:ecr/repository:Repository": {
      source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html",
      faults: ({ properties }, stack) =>
        at(properties, "forceDelete") === true
          ? [{ what: "forceDelete is true, so that a repository goes with its images", advice: setting(stack.name) }]
          : [],
    },
    "gcp:artifactregistry/repository:Repository": protectedByPulumi,
    "azure-native:containerservice:ManagedCluster": protectedByPulumi,
    "azure-native:containerregistry:Registry": protectedByPulumi,
  },
};
