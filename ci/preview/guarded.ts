/**
 * Types whose replacement or deletion takes an environment down, or what its apps run from, by what they are. A pull request
 * that does so needs {@link allowReplaceLabel}.
 */
export const guardedTypes: Readonly<Record<string, string>> = {
  "eks:index:Cluster": "cluster",
  "aws:eks/cluster:Cluster": "cluster",
  "aws:eks/nodeGroup:NodeGroup": "node pool",
  "aws:ec2/vpc:Vpc": "network",
  "aws:ec2/subnet:Subnet": "network",
  "aws:ecr/repository:Repository": "registry",
  "gcp:container/cluster:Cluster": "cluster",
  "gcp:container/nodePool:NodePool": "node pool",
  "gcp:compute/network:Network": "network",
  "gcp:compute/subnetwork:Subnetwork": "network",
  "gcp:artifactregistry/repository:Repository": "registry",
  "azure-native:containerservice:ManagedCluster": "cluster",
  "azure-native:containerservice:AgentPool": "node pool",
  "azure-native:network:VirtualNetwork": "network",
  "azure-native:network:Subnet": "network",
  "azure-native:containerregistry:Registry": "registry",
  // Everything of the stack is in it.
  "azure-native:resources:ResourceGroup": "network",
  // The root Application takes along all that it runs, and the others are what it runs by.
  "kubernetes:argoproj.io/v1alpha1:Application": "part of Argo CD",
  "kubernetes:argoproj.io/v1alpha1:AppProject": "part of Argo CD",
  "kubernetes:helm.sh/v3:Release": "part of Argo CD",
  "kubernetes:core/v1:Namespace": "part of Argo CD",
};

/** The label by which somebody who may label pull requests says that they know. */
export const allowReplaceLabel = "allow-replace";
