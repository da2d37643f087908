import type { CloudName } from "../../infra/clouds";
import { provePull as onAws } from "./aws/pull";
import { provePull as onAzure } from "./azure-native/pull";
import { provePull as onGcp } from "./gcp/pull";
import type { PullDecision } from "./kernel/pull";
import type { World } from "./kernel/world";

const provers: Readonly<Record<CloudName, (world: World, cluster: string, repository: string) => PullDecision>> = {
  aws: onAws,
  gcp: onGcp,
  azure: onAzure,
};

/**
 * Whether the nodes of a cluster may pull from a repository, by what their cloud holds now.
 *
 * @param repository host included, without tag or digest
 */
export function provePull(world: World, cloud: CloudName, cluster: string, repository: string): PullDecision {
  return provers[cloud](world, cluster, repository);
}
