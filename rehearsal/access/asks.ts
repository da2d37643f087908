import type { CloudName } from "../../infra/clouds";
import { clusterType as aksType } from "../clouds/azure-native/cluster";
import { logIn as azureLogIn } from "../clouds/azure-native/log-in";
import { registryType as acrType } from "../clouds/azure-native/registry";
import { repository as ecrRepository } from "../clouds/aws/ecr";
import { cluster as eksCluster } from "../clouds/aws/eks-cluster";
import { logIn as awsLogIn } from "../clouds/aws/log-in";
import { repositoryType as artifactRegistryType } from "../clouds/gcp/artifact-registry";
import { clusterType as gkeType } from "../clouds/gcp/cluster";
import { logIn as gcpLogIn } from "../clouds/gcp/log-in";
import type { LogIn } from "../clouds/kernel/actor";
import type { CloudRecord } from "../clouds/kernel/world";
import { openWorld } from "../clouds/worlds";

/** What clients of a cloud's registry and cluster ask for, which no provider of Pulumi's does. */
interface Asks {
  readonly logIn: LogIn;
  /** What a request is about, by what the cloud holds. */
  readonly resource: (record: CloudRecord) => string;
  readonly push: { readonly type: string; readonly actions: readonly string[]; readonly source: string };
  readonly rollout: { readonly type: string; readonly actions: readonly string[]; readonly source: string };
}

export const asks: Readonly<Record<CloudName, Asks>> = {
  aws: {
    logIn: awsLogIn,
    resource: ({ outputs }) => String(outputs.arn),
    push: {
      type: ecrRepository.type,
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      source: 'Amazon ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private repository"',
    },
    rollout: {
      type: eksCluster.type,
      actions: ["eks:DescribeCluster"],
      source: 'EKS user guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file"',
    },
  },
  gcp: {
    logIn: gcpLogIn,
    resource: ({ id }) => id,
    push: {
      type: artifactRegistryType,
      actions: ["artifactregistry.repositories.downloadArtifacts", "artifactregistry.repositories.uploadArtifacts"],
      source: "cloud.google.com/artifact-registry/docs/access-control, Permissions",
    },
    rollout: {
      type: gkeType,
      actions: ["container.clusters.get"],
      source: "cloud.google.com/kubernetes-engine/docs/reference/api-permissions, clusters.get",
    },
  },
  azure: {
    logIn: azureLogIn,
    resource: ({ id }) => id,
    push: {
      type: acrType,
      actions: [
        "Microsoft.ContainerRegistry/registries/pull/read",
        "Microsoft.ContainerRegistry/registries/push/write",
      ],
      source: "learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers, AcrPush",
    },
    rollout: {
      type: aksType,
      actions: ["Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
      source: "learn.microsoft.com/azure/aks/control-kubeconfig-access",
    },
  },
};

/** ECR gives a login for the whole registry. */
const registryLogin = { action: "ecr:GetAuthorizationToken", resource: "*" } as const;

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
  const { logIn, resource, [work]: asked } = asks[cloud];
  const world = openWorld(clouds, cloud);
  try {
    world.actor = await logIn({ environment, world });
    if (world.actor === undefined) throw new Error(`The job is not logged in to ${cloud}.`);
    const conditions = { "aws:RequestedRegion": environment.AWS_REGION ?? "" };
    if (cloud === "aws" && work === "push") world.authorize({ ...registryLogin, conditions });
    const [record] = world.list(asked.type);
    if (record === undefined) throw new Error(`The simulated ${cloud} holds no ${asked.type}.`);
    for (const action of asked.actions) world.authorize({ action, resource: resource(record), conditions });
  } finally {
    world.close();
  }
}
