import type { World } from "../kernel/world";
import { application, applicationInputs } from "./argo-cd";
import { objectsOf } from "./objects";

/** What Argo CD on a cluster begins with. */
export interface RootApplication {
  readonly name: string;
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

/**
 * The root application on a cluster, as the cluster holds it: the one of the project `root`.
 *
 * @param server address of the API server, with or without scheme
 */
export function findRootApplication(world: World, server: string): RootApplication | undefined {
  for (const { type, inputs } of objectsOf(world, server)) {
    const parsed = type === application.type ? applicationInputs.safeParse(inputs) : undefined;
    if (parsed?.data?.spec.project === "root") {
      const { metadata, spec } = parsed.data;
      const { repoURL, targetRevision = "HEAD", path = "." } = spec.source;
      return { name: metadata.name, repository: repoURL, revision: targetRevision, path };
    }
  }
  return undefined;
}
