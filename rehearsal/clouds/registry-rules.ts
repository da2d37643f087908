import type { CloudName } from "../../infra/clouds";
import { recordImage } from "./aws/images";
import { findRepository as findOnAws } from "./aws/repositories";
import { findRepository as findOnAzure } from "./azure-native/repositories";
import { findRepository as findOnGcp } from "./gcp/repositories";
import type { RepositoryRules } from "./kernel/pull";
import type { World } from "./kernel/world";
import { openWorld } from "./worlds";

type Finder = (world: World, host: string, name: string) => RepositoryRules;

/** How each cloud names its registries' hosts, and who knows their repositories. */
const registries: readonly { readonly host: RegExp; readonly cloud: CloudName; readonly find: Finder }[] = [
  { host: /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/, cloud: "aws", find: findOnAws },
  { host: /-docker\.pkg\.dev$/, cloud: "gcp", find: findOnGcp },
  { host: /\.azurecr\.io$/, cloud: "azure", find: findOnAzure },
];

/**
 * What the simulated clouds say of their repositories, at the moment of each question.
 *
 * @param folder where the simulated clouds keep what they hold
 */
export function registryRules(folder: string) {
  return {
    repository: (host: string, name: string): RepositoryRules => {
      const registry = registries.find((candidate) => candidate.host.test(host));
      return registry === undefined
        ? { exists: false, immutableTags: false }
        : withWorld(folder, registry.cloud, (world) => registry.find(world, host, name));
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
