import type { StateResource } from "../engine/state";

/** The longest chain of waiting in a graph of resources. */
export interface CriticalPath {
  /** Sum of the chain's durations. */
  readonly seconds: number;
  /** The chain, first to last; only resources that take time. */
  readonly resources: readonly StateResource[];
}

/**
 * How long it takes to create the resources if nothing waits but for what it depends on: dependencies, its parent, and
 * the provider that it goes through.
 *
 * @param seconds how long one resource of this type takes to create
 */
export function criticalPath(resources: readonly StateResource[], seconds: (type: string) => number): CriticalPath {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const paths = new Map<string, CriticalPath>();
  const pathTo = (resource: StateResource): CriticalPath => {
    const known = paths.get(resource.urn);
    if (known !== undefined) {
      return known;
    }
    const before = longest(
      waitsFor(resource).flatMap((urn) => {
        const other = byUrn.get(urn);
        return other === undefined ? [] : [pathTo(other)];
      }),
    );
    const own = resource.custom === true ? seconds(resource.type) : 0;
    const path = {
      seconds: before.seconds + own,
      resources: own > 0 ? [...before.resources, resource] : before.resources,
    };
    paths.set(resource.urn, path);
    return path;
  };
  return longest(resources.map(pathTo));
}

function longest(paths: readonly CriticalPath[]): CriticalPath {
  return paths.reduce((best, path) => (path.seconds > best.seconds ? path : best), { seconds: 0, resources: [] });
}

function waitsFor(resource: StateResource): string[] {
  // A provider reference is `<urn>::<id>`.
  const provider = resource.provider === undefined ? [] : [resource.provider.replace(/::[^:]*$/, "")];
  const parent = resource.parent === undefined ? [] : [resource.parent];
  return [...needs(resource), ...parent, ...provider];
}

/**
 * What a resource depends on. Of a component only what it was told to wait for (`dependsOn`): its children need not wait
 * for its arguments, though the SDK makes them, so that counts as waiting (docs/adr/0001-component-arguments-and-waiting.md).
 */
function needs(resource: StateResource): string[] {
  const dependencies = [...(resource.dependencies ?? [])];
  if (resource.custom === true) {
    return dependencies;
  }
  const ofArguments = new Set(Object.values(resource.propertyDependencies ?? {}).flatMap((urns) => urns ?? []));
  return dependencies.filter((urn) => !ofArguments.has(urn));
}
