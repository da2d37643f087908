import type { CloudName } from "../../infra/clouds";
import { recordImage } from "./aws/images";
import { findRepository as findOnAws, findRepositoryRecord } from "./aws/repositories";
import { findRepository as findOnAzure } from "./azure-native/repositories";
import { registryType } from "./azure-native/registry";
import { findRepository as findOnGcp, repositoryRecord } from "./gcp/repositories";
import { type Session, sessionOf } from "./kernel/access-token";
import type { RepositoryRules } from "./kernel/pull";
import type { CloudRecord, World } from "./kernel/world";
import { logIns } from "./log-ins";
import { registryActions, resourceOf } from "./registry-actions";
import { openWorld } from "./worlds";

/** How a cloud names its registries' hosts, and who knows their repositories. */
interface Registry {
  readonly cloud: CloudName;
  readonly host: RegExp;
  readonly rules: (world: World, host: string, name: string) => RepositoryRules;
  /** The resource that the images go with. */
  readonly holder: (world: World, host: string, name: string) => CloudRecord | undefined;
}

const registries: readonly Registry[] = [
  {
    cloud: "aws",
    host: /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/,
    rules: findOnAws,
    holder: findRepositoryRecord,
  },
  { cloud: "gcp", host: /-docker\.pkg\.dev$/, rules: findOnGcp, holder: repositoryRecord },
  {
    cloud: "azure",
    host: /\.azurecr\.io$/,
    rules: findOnAzure,
    // Repositories are no resources there: they come with a push, and go with their registry.
    holder: (world, host) => world.list(registryType).find(({ outputs }) => outputs.loginServer === host),
  },
];

/**
 * What the simulated clouds say of their repositories, at the moment of each question.
 *
 * @param folder where the simulated clouds keep what they hold
 */
export function registryRules(folder: string) {
  return {
    repository: (host: string, name: string): RepositoryRules & { readonly madeAt?: number } => {
      const registry = registries.find((candidate) => candidate.host.test(host));
      return registry === undefined
        ? { exists: false, immutableTags: false }
        : withWorld(folder, registry.cloud, (world) => ({
            ...registry.rules(world, host, name),
            madeAt: registry.holder(world, host, name)?.readyAt,
          }));
    },
    /** Whose login a cloud's own command has printed; see rehearsal/clouds/commands. */
    identityOf: (cloud: CloudName, password: string): Session | undefined =>
      withWorld(folder, cloud, (world) => sessionOf(world, "registry", password)),
    /** Whether an identity may do something with a repository, by what its cloud grants it at that moment. */
    mayAct: async (session: Session, action: "pull" | "push", host: string, name: string): Promise<boolean> => {
      const registry = registries.find((candidate) => candidate.host.test(host));
      if (registry === undefined) return false;
      const world = openWorld(folder, registry.cloud);
      try {
        const [actor, holder] = [
          await logIns[registry.cloud].actAgain(world, session),
          registry.holder(world, host, name),
        ];
        if (actor === undefined || holder === undefined) return false;
        const resource = resourceOf(registry.cloud, holder);
        const conditions = { "aws:RequestedRegion": host.split(".")[3] ?? "" };
        return registryActions[registry.cloud][action].every(
          (each) => actor.refusal({ action: each, resource, conditions }) === undefined,
        );
      } finally {
        world.close();
      }
    },
    /** ECR alone asks whether a repository holds images: when it is deleted. */
    pushed: (host: string, name: string, digest: string): void => {
      if (registries.some((registry) => registry.cloud === "aws" && registry.host.test(host))) {
        withWorld(folder, "aws", (world) => {
          recordImage(world, name, digest);
        });
      }
    },
  };
}

function withWorld<Result>(folder: string, cloud: CloudName, work: (world: World) => Result): Result {
  const world = openWorld(folder, cloud);
  try {
    return work(world);
  } finally {
    world.close();
  }
}
