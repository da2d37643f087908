import type { Grant } from "../grant";
import type { IdentityName } from "../identities";

/** Where Azure lists every action. */
const reference = "learn.microsoft.com/azure/role-based-access-control/resource-provider-operations";

/** What a stack's resources are read with: a preview reads the cluster, a look for drift reads all. */
const reads: Grant = {
  actions: [
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/virtualNetworks/subnets/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.ContainerRegistry/registries/read",
    "Microsoft.ContainerService/managedClusters/read",
  ],
  because: "recorded",
};

/**
 * The one way to the certificate authority of a cluster. What it hands out is no secret: local accounts are off, so that it
 * names the cluster and a command that logs in, and no credential (components/azure/cluster.ts).
 */
const clusterAddress: Grant = {
  actions: ["Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
  because: "recorded",
};

/**
 * What each identity may do, within the resource group of the environment's Azure stack and nowhere else: the bootstrap makes
 * that group, since a role cannot be given at one that is not there, and at the subscription it would be given for every other
 * environment in it. Reader and Contributor are not used: what the one reads includes every image, and the other may do all but
 * give roles.
 *
 * No operation is polled by a right of its own (`Microsoft.<provider>/locations/operations/read`): those lie outside every group,
 * and a Contributor of one group polls them too.
 */
export const azureGrants: Readonly<Record<IdentityName, readonly Grant[]>> = {
  preview: [reads, clusterAddress],
  deploy: [
    reads,
    clusterAddress,
    {
      actions: [
        "Microsoft.Network/virtualNetworks/write",
        "Microsoft.Network/virtualNetworks/delete",
        "Microsoft.Network/virtualNetworks/subnets/write",
        "Microsoft.Network/virtualNetworks/subnets/delete",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        "Microsoft.ManagedIdentity/userAssignedIdentities/write",
        "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
        "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
        "Microsoft.ContainerRegistry/registries/write",
        "Microsoft.ContainerRegistry/registries/delete",
        "Microsoft.ContainerService/managedClusters/write",
        "Microsoft.ContainerService/managedClusters/delete",
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.Authorization/roleAssignments/delete",
      ],
      because: "recorded",
    },
    {
      // Of the registry itself, so that it lies in the group.
      actions: ["Microsoft.ContainerRegistry/registries/operationStatuses/read"],
      because: { source: `${reference}: "Gets a registry async operation status"` },
    },
  ],
  push: [
    {
      actions: [
        "Microsoft.ContainerRegistry/registries/pull/read",
        "Microsoft.ContainerRegistry/registries/push/write",
      ],
      because: {
        source: "learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers: all that AcrPush has",
      },
    },
  ],
  rollout: [
    {
      actions: [
        "Microsoft.ContainerService/managedClusters/read",
        "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
      ],
      because: {
        source:
          "learn.microsoft.com/azure/aks/control-kubeconfig-access: all that Azure Kubernetes Service Cluster User Role has; " +
          "what it may do in the cluster is Kubernetes' to say",
      },
    },
  ],
};

/**
 * Of the actions above, those that an identity's own role does not have: Role Based Access Control Administrator gives them,
 * under a condition that names the roles that may be assigned. That role reads everything in the group besides.
 */
export const delegatedActions: readonly string[] = [
  "Microsoft.Authorization/roleAssignments/write",
  "Microsoft.Authorization/roleAssignments/delete",
];

/** The actions of an identity's own role: what it is granted, less what is delegated to it. */
export function ownRoleActions(identity: IdentityName): readonly string[] {
  const actions = azureGrants[identity].flatMap((grant) => grant.actions);
  return actions.filter((action) => !delegatedActions.includes(action));
}
