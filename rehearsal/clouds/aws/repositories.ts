import type { RepositoryRules } from "../kernel/pull";
import type { World } from "../kernel/world";
import { accountId } from "./account";
import { repository } from "./ecr";

/**
 * The rules of a repository, as its registry enforces them.
 *
 * @param host `123456789012.dkr.ecr.<region>.amazonaws.com`
 * @param name repository without the host
 */
export function findRepository(world: World, host: string, name: string): RepositoryRules {
  const record = findRepositoryRecord(world, host, name);
  return { exists: record !== undefined, immutableTags: record?.inputs.imageTagMutability === "IMMUTABLE" };
}

/** The repository itself, or undefined. */
export function findRepositoryRecord(world: World, host: string, name: string) {
  const [, account, region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host) ?? [];
  const record = world.find(repository.type, name);
  const here = account === accountId && String(record?.outputs.arn).startsWith(`arn:aws:ecr:${String(region)}:`);
  return here && record !== undefined && record.readyAt <= world.now() ? record : undefined;
}
