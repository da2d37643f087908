import type { CloudName } from "../../infra/clouds";
import type { CloudRecord } from "./kernel/world";

/** What a client of a registry needs, by its cloud's own names. Whoever pushes pulls, too: what is there is not sent. */
export interface RegistryActions {
  readonly pull: readonly string[];
  readonly push: readonly string[];
}

export const registryActions: Readonly<Record<CloudName, RegistryActions>> = {
  // Source: Amazon ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private repository", and of pulling
  aws: {
    pull: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    push: ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"],
  },
  // Source: cloud.google.com/artifact-registry/docs/access-control, Permissions
  gcp: {
    pull: ["artifactregistry.repositories.downloadArtifacts"],
    push: ["artifactregistry.repositories.uploadArtifacts"],
  },
  // Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers, AcrPush
  azure: {
    pull: ["Microsoft.ContainerRegistry/registries/pull/read"],
    push: ["Microsoft.ContainerRegistry/registries/push/write"],
  },
};

/** ECR gives a login for the whole registry. */
export const ecrLogin = { action: "ecr:GetAuthorizationToken", resource: "*" } as const;

/** How a cloud calls what it holds, where access is decided. */
export function resourceOf(cloud: CloudName, { id, outputs }: CloudRecord): string {
  return cloud === "aws" ? String(outputs.arn) : id;
}
