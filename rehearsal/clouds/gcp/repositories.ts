import type { RepositoryRules } from "../kernel/pull";
import { valuesAt } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { repositoryId, repositoryType } from "./artifact-registry";

/**
 * What the simulated cloud knows of a repository, for the registry that serves its images.
 *
 * @param host `<location>-docker.pkg.dev`
 * @param name `<project>/<repository>/<image>`; the image may have folders of its own
 */
export function findRepository(world: World, host: string, name: string): RepositoryRules {
  const record = repositoryRecord(world, host, name);
  return {
    exists: record !== undefined,
    immutableTags: valuesAt(record?.inputs, "dockerConfig.immutableTags")[0] === true,
  };
}

/** The Docker repository that an image's host and name are in, once its creation has ended. */
export function repositoryRecord(world: World, host: string, name: string): CloudRecord | undefined {
  const location = /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(host)?.[1];
  const [owner, repository, image] = name.split("/");
  if (location === undefined || owner === undefined || repository === undefined || !image) {
    return undefined;
  }
  const record = world.find(repositoryType, repositoryId(owner, location, { repositoryId: repository }));
  const serves = record?.inputs.format === "DOCKER" && record.readyAt <= world.now() && record.deletedAt === null;
  return serves ? record : undefined;
}
