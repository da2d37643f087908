import type { CloudName } from "../../infra/clouds";
import { clusterType as aksType } from "../clouds/azure-native/cluster";
import { registryType as acrType } from "../clouds/azure-native/registry";
import { repository as ecrRepository } from "../clouds/aws/ecr";
import { cluster as eksCluster } from "../clouds/aws/eks-cluster";
import { repositoryType as artifactRegistryType } from "../clouds/gcp/artifact-registry";
import { clusterType as gkeType } from "../clouds/gcp/cluster";
import { logIns } from "../clouds/log-ins";
import { ecrLogin, registryActions, resourceOf } from "../clouds/registry-actions";
import { openWorld } from "../clouds/worlds";

/** What clients of a cloud's registry and cluster ask for, which no provider of Pulumi's does. */
interface Asked {
  readonly type: string;
  readonly actions: readonly string[];
}

function pushTo(cloud: CloudName, type: string): Asked {
  const { pull, push } = registryActions[cloud];
  return { type, actions: [...pull, ...push] };
}

const asks: Readonly<Record<CloudName, Readonly<Record<"push" | "rollout", Asked>>>> = {
  aws: {
    push: pushTo("aws", ecrRepository.type),
    // Source: EKS user guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file"
    rollout: { type: eksCluster.type, actions: ["eks:DescribeCluster"] },
  },
  gcp: {
    push: pushTo("gcp", artifactRegistryType),
    // Source: cloud.google.com/kubernetes-engine/docs/reference/api-permissions, clusters.get
    rollout: { type: gkeType, actions: ["container.clusters.get"] },
  },
  azure: {
    push: pushTo("azure", acrType),
    // Source: learn.microsoft.com/azure/aks/control-kubeconfig-access
    rollout: {
      type: aksType,
      actions: ["Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
    },
  },
};

/**
 * Asks a simulated cloud, as a job, for what pushing an image or reaching the cluster asks for. It is the cloud's own decision
 * on the documented actions; no image is pushed.
 *
 * @param clouds the folder of the simulated clouds
 * @param environment of the job's steps, logged in
 * @throws CloudError for one that the identity lacks
 */
export async function ask(
  clouds: string,
  cloud: CloudName,
  work: "push" | "rollout",
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const asked = asks[cloud][work];
  const world = openWorld(clouds, cloud);
  try {
    world.actor = await logIns[cloud].logIn({ environment, world });
    if (world.actor === undefined) throw new Error(`The job is not logged in to ${cloud}.`);
    const conditions = { "aws:RequestedRegion": environment.AWS_REGION ?? "" };
    if (cloud === "aws" && work === "push") world.authorize({ ...ecrLogin, conditions });
    const [record] = world.list(asked.type);
    if (record === undefined) throw new Error(`The simulated ${cloud} holds no ${asked.type}.`);
    for (const action of asked.actions) world.authorize({ action, resource: resourceOf(cloud, record), conditions });
  } finally {
    world.close();
  }
}
