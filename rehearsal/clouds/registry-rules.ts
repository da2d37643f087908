import type { CloudName } from "../../infra/clouds";
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
 * What the simulated clouds say of a repository at this moment.
 *
 * @param folder where the simulated clouds keep what they hold
 */
export function repositoryRules(folder: string, host: string, name: string): RepositoryRules {
  const registry = registries.find((candidate) => candidate.host.test(host));
  if (registry === undefined) {
    return { exists: false, immutableTags: false };
  }
  const world = openWorld(folder, registry.cloud);
  try {
    return registry.find(world, host, name);
  } finally {
    world.close();
  }
}
