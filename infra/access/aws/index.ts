import type { IdentityName } from "../identities";
import { clusterReads, clusterWrites, describeCluster } from "./cluster";
import type { AwsGrant } from "./grants";
import { keyReads, keyWrites } from "./keys";
import { networkReads, networkWrites, nodeLaunches } from "./network";
import { images, registryReads, registryWrites } from "./registry";
import { roleReads, roleWrites } from "./roles";

/**
 * What each identity may do in AWS, in policies by name: a policy has a size limit (documents.ts). Beside these it may read, or
 * write, the state, where that is in a bucket (state.ts).
 */
export const awsPolicies = {
  preview: {
    read: [...networkReads, ...clusterReads, ...roleReads, ...keyReads, ...registryReads],
  },
  deploy: {
    network: [...networkReads, ...networkWrites, ...nodeLaunches],
    cluster: [...clusterReads, ...clusterWrites],
    foundation: [...roleReads, ...roleWrites, ...keyReads, ...keyWrites, ...registryReads, ...registryWrites],
  },
  push: { images },
  rollout: {
    cluster: [
      describeCluster({
        source: 'EKS user guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file"',
      }),
    ],
  },
} as const satisfies Readonly<Record<IdentityName, Readonly<Record<string, readonly AwsGrant[]>>>>;

/** Everything that an identity may do in AWS, the state aside. */
export const awsGrants: Readonly<Record<IdentityName, readonly AwsGrant[]>> = {
  preview: Object.values(awsPolicies.preview).flat(),
  deploy: Object.values(awsPolicies.deploy).flat(),
  push: Object.values(awsPolicies.push).flat(),
  rollout: Object.values(awsPolicies.rollout).flat(),
};
