import type { CloudName } from "../../../infra/clouds";
import { cloudNames } from "../../../infra/clouds";
import type { ActionRequest, Actor, LogIn } from "../kernel/actor";
import type { CallContext, Operation } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { valuesAt } from "../kernel/values";
import type { World } from "../kernel/world";
import { findCluster } from "./clusters";
import { clusterOf } from "./objects";
import { type ClusterUser, mayDo } from "./rights";

interface CloudAccess {
  /** Loaded when it is needed: each brings its cloud's resources along. */
  readonly logIn: () => Promise<LogIn>;
  /** Whoever may do this to clusters is taken for an administrator inside of them. */
  readonly administers: string;
  /** Whom the cloud tells a cluster that an identity is; undefined for nobody. @param host of the API server */
  readonly user: (world: World, identity: string, host: string) => ClusterUser | undefined;
}

const clouds: Readonly<Record<CloudName, CloudAccess>> = {
  aws: {
    logIn: async () => (await import("../aws/log-in")).logIn,
    // EKS makes whoever makes a cluster its administrator.
    administers: "eks:DeleteCluster",
    user: (world, identity, host) => {
      const cluster = findCluster(world, host)?.record.id;
      const entry = world
        .list("aws:eks/accessEntry:AccessEntry")
        .find(
          ({ inputs, deletedAt }) =>
            deletedAt === null && inputs.clusterName === cluster && inputs.principalArn === identity,
        );
      const groups = valuesAt(entry?.inputs, "kubernetesGroups[]").map(String);
      return entry === undefined ? undefined : { name: identity, groups };
    },
  },
  gcp: {
    logIn: async () => (await import("../gcp/log-in")).logIn,
    // IAM's permissions are asked beside the cluster's roles, and whoever may bind any role may do anything.
    administers: "container.clusterRoles.bind",
    user: (_world, identity) => ({ name: identity, groups: [] }),
  },
  azure: {
    logIn: async () => (await import("../azure-native/log-in")).logIn,
    // Stands for the membership in a group of administrators, which no stack makes (docs/first-run.md).
    administers: "Microsoft.ContainerService/managedClusters/delete",
    user: (world, identity) => {
      const found = world
        .list("azure-native:managedidentity:UserAssignedIdentity")
        .find(({ outputs }) => outputs.clientId === identity);
      return found === undefined ? undefined : { name: String(found.outputs.principalId), groups: [] };
    },
  },
};

/** Logs in to the cluster's cloud, as the command in its kubeconfig does; the cluster's own roles then decide. */
export const logIn: LogIn = async (request) => {
  const cloud = cloudNames.find((name) => name === request.world.name);
  if (cloud === undefined) return undefined;
  const actor = await (await clouds[cloud].logIn())(request);
  return actor === undefined ? undefined : actorOf(request.world, clouds[cloud], actor);
};

function actorOf(world: World, { administers, user }: CloudAccess, actor: Actor): Actor {
  return {
    ...actor,
    refusal: (request) => {
      const refusal = actor.refusal({ action: administers });
      if (refusal === undefined || actor.isOver()) return refusal;
      const { host = "", group = "", namespace, name } = request.conditions ?? {};
      const [resource = "", verb = ""] = request.action.split("/");
      const who = user(world, actor.identity, host);
      if (who === undefined) {
        return new CloudError("Unauthorized", "the server has asked for the client to provide credentials");
      }
      if (mayDo(world, host, who, { verb, group, resource, namespace, name })) return undefined;
      const place = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
      return new CloudError(
        `${[resource, group].filter(Boolean).join(".")} ${JSON.stringify(name ?? "")} is forbidden`,
        `User "${who.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${place}`,
      );
    },
  };
}

/** What an operation asks of the API server. A release is read by listing Helm's records in its namespace. */
export function requestOf(
  { action, definition, inputs, id = "" }: Operation,
  context: Pick<CallContext, "world" | "config">,
): ActionRequest {
  const [, version = ""] = definition.type.split(":");
  const isRelease = version === "helm.sh/v3";
  const [name, namespace] = isRelease
    ? [undefined, inputs.namespace ?? id.split("/")[0]]
    : named(inputs, id.replace(/@.*$/, ""));
  const group = isRelease || version === "core/v1" ? "" : (version.split("/")[0] ?? "");
  const conditions = {
    host: clusterOf(context).host,
    group,
    ...(typeof namespace === "string" ? { namespace } : {}),
    ...(typeof name === "string" ? { name } : {}),
  };
  return { action, conditions };
}

/** Of what is gone, only the id is left: `<namespace>/<name>`, or `<name>`. */
function named(inputs: Operation["inputs"], id: string): readonly unknown[] {
  const [name, namespace] = id.split("/").reverse();
  return [valuesAt(inputs, "metadata.name")[0] ?? name, valuesAt(inputs, "metadata.namespace")[0] ?? namespace];
}
