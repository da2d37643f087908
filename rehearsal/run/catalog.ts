import type { ResourceDefinition } from "../clouds/kernel/definition";
import { provider as aws } from "../clouds/aws/provider";
import { provider as azure } from "../clouds/azure-native/provider";
import { provider as gcp } from "../clouds/gcp/provider";
import { provider as kubernetes } from "../clouds/kubernetes/provider";

const definitions: ReadonlyMap<string, ResourceDefinition> = new Map(
  [aws, azure, gcp, kubernetes].flatMap((provider) => provider.resources.map((resource) => [resource.type, resource])),
);

/** Seconds that a real cloud takes to create a resource of this type; 0 for what no cloud creates. */
export function creationSeconds(type: string): number {
  const definition = definitions.get(type);
  return definition === undefined ? 0 : definition.seconds.create;
}
