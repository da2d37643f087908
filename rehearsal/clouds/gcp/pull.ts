import type { PullDecision } from "../kernel/pull";
import { valuesAt } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { clusterType, nodePoolType } from "./cluster";
import { projectMember, repositoryMember } from "./iam-members";
import { nodesOf } from "./node-pool";
import { repositoryRecord } from "./repositories";
import { defaultScopes, pullRoles, pullScopes } from "./roles";
import { serviceAccountType } from "./service-account";

/**
 * Whether the nodes of a cluster may pull from a repository, by what the simulated cloud's own IAM holds: cluster, node
 * pools, their service account and scopes, and the roles that it has on the repository or the project.
 *
 * @param clusterName name of the GKE cluster
 * @param repository image reference without tag: `<location>-docker.pkg.dev/<project>/<repository>/<image>`
 */
export function provePull(world: World, clusterName: string, repository: string): PullDecision {
  const cluster = world.list(clusterType).find((record) => record.inputs.name === clusterName);
  const pools = world
    .list(nodePoolType)
    .filter((pool) => pool.inputs.cluster === clusterName && nodesOf(pool) > 0 && pool.readyAt <= world.now());
  if (cluster === undefined || pools.length === 0) {
    const missing = cluster === undefined ? `GKE cluster ${clusterName}` : `a node pool with nodes in ${clusterName}`;
    return { allowed: false, identity: "no node", missing };
  }
  const [first, ...rest] = pools.map((pool) => proveForPool(world, pool, repository));
  return [first, ...rest].find((decision) => decision?.allowed === false) ?? first ?? noNode(clusterName);
}

function noNode(clusterName: string): PullDecision {
  return { allowed: false, identity: "no node", missing: `a node pool with nodes in ${clusterName}` };
}

function proveForPool(world: World, pool: CloudRecord, repository: string): PullDecision {
  const [email = "default"] = valuesAt(pool.inputs, "nodeConfig.serviceAccount").map(String);
  const refuse = (missing: string): PullDecision => ({ allowed: false, identity: email, missing });

  const account = world.list(serviceAccountType).find((record) => record.outputs.email === email);
  if (account === undefined || account.inputs.disabled === true) {
    return refuse(`service account ${email}, which node pool ${String(pool.inputs.name)} runs as`);
  }
  const scopes = valuesAt(pool.inputs, "nodeConfig.oauthScopes[]").map(String);
  if (!pullScopes.some((scope) => (scopes.length > 0 ? scopes : defaultScopes).includes(scope))) {
    return refuse(`OAuth scope ${pullScopes.join(" or ")} on node pool ${String(pool.inputs.name)}`);
  }
  const [host = "", ...name] = repository.split("/");
  const target = repositoryRecord(world, host, name.join("/"));
  if (target === undefined) {
    return refuse(`Artifact Registry repository ${repository}`);
  }
  const grant = grantsOn(world, target).find((record) => record.inputs.member === account.outputs.member);
  const place = `repository ${String(target.inputs.repositoryId)}`;
  if (grant === undefined) {
    return refuse(`${pullRoles[0] ?? ""} on ${place} for serviceAccount:${email}`);
  }
  if (grant.visibleAt > world.now()) {
    const missing = `${String(grant.inputs.role)} for serviceAccount:${email}, which is granted but not in effect yet`;
    return { allowed: false, identity: email, missing, inEffectAt: grant.visibleAt };
  }
  return {
    allowed: true,
    identity: email,
    grant: `${String(grant.inputs.role)} on ${grant.type === repositoryMember.type ? place : `project ${String(grant.inputs.project)}`}`,
  };
}

/** Grants of a role that lets its holder pull, on the repository itself or on its project; those in effect first. */
function grantsOn(world: World, repository: CloudRecord): CloudRecord[] {
  const onRepository = world
    .list(repositoryMember.type)
    .filter(
      ({ inputs, outputs }) =>
        inputs.repository === repository.outputs.name &&
        outputs.location === repository.outputs.location &&
        outputs.project === repository.outputs.project,
    );
  const onProject = world
    .list(projectMember.type)
    // What a condition lets through is not worked out here: nodes have grants without one.
    .filter(({ inputs }) => inputs.project === repository.outputs.project && inputs.condition === undefined);
  return [...onRepository, ...onProject]
    .filter(({ inputs }) => pullRoles.includes(String(inputs.role)))
    .sort((left, right) => left.visibleAt - right.visibleAt);
}
