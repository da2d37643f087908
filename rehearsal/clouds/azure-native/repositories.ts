import type { RepositoryRules } from "../kernel/pull";
import type { World } from "../kernel/world";
import { registryType } from "./registry";

/**
 * A repository of a registry, as Azure enforces it: it begins to exist with its first push, so that any name exists in
 * a registry that does; and its tags can be moved, since Azure Container Registry has no setting for immutable tags.
 * Only an image that is there can be locked (`az acr repository update --write-enabled false`), which nobody has done
 * to one that is about to be pushed. What keeps a tag from moving here is that releases push each tag once.
 *
 * Source: learn.microsoft.com/azure/container-registry/container-registry-image-lock
 *
 * @param host login server, for instance `trinitydevazureacr.azurecr.io`
 */
export function findRepository(world: World, host: string, name: string): RepositoryRules {
  const registry = world.list(registryType).find(({ outputs }) => outputs.loginServer === host);
  return { exists: registry !== undefined && name !== "", immutableTags: false };
}
