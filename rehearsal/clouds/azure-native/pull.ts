import type { PullDecision } from "../kernel/pull";
import type { World } from "../kernel/world";
import { clusterType } from "./cluster";
import { registryType } from "./registry";
import { findGrant, pullAction } from "./roles";

/**
 * Whether a cluster's nodes may pull from a repository: by the role assignments that the simulated Azure holds for the
 * *object* id of the cluster's kubelet identity, at the registry's scope or above. An assignment to its client id
 * grants nothing, although Azure accepts it.
 *
 * A fresh assignment can take up to ten minutes to have its effect; kubelets retry for as long, so that this asks
 * whether it is there, not whether it has spread.
 *
 * Source: learn.microsoft.com/azure/aks/cluster-container-registry-integration; Azure Container Registry roles.
 *
 * @param repository with the registry's host, for instance `trinitydevazureacr.azurecr.io/mandelbrot`
 */
export function provePull(world: World, clusterName: string, repository: string): PullDecision {
  const cluster = world.list(clusterType).find(({ outputs }) => outputs.name === clusterName);
  const objectId = kubeletObjectId(cluster?.outputs.identityProfile);
  if (objectId === undefined) {
    return { allowed: false, identity: "no identity", missing: `an AKS cluster named ${clusterName}` };
  }
  const identity = `the kubelet identity with object id ${objectId}`;
  const host = repository.split("/")[0] ?? "";
  const registry = world.list(registryType).find(({ outputs }) => outputs.loginServer === host);
  if (registry === undefined) {
    return { allowed: false, identity, missing: `a container registry with login server ${host}` };
  }
  if (registry.inputs.anonymousPullEnabled === true) {
    return { allowed: true, identity: "anybody", grant: `anonymous pull on ${registry.id}` };
  }
  const grant = findGrant(world, objectId, pullAction, registry.id);
  return grant === undefined
    ? { allowed: false, identity, missing: `AcrPull on ${registry.id} for object id ${objectId}` }
    : { allowed: true, identity, grant: `${grant.role.name} on ${grant.scope}` };
}

function kubeletObjectId(identityProfile: unknown): string | undefined {
  const profile = identityProfile as { readonly kubeletidentity?: { readonly objectId?: string } } | undefined;
  return profile?.kubeletidentity?.objectId;
}
