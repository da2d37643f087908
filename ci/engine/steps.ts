import type { EngineEvent, PropertyDiff, StepEventMetadata } from "@pulumi/pulumi/automation/events";
import { z } from "zod";

/** What becomes of a resource. `import` takes one that exists into the state. */
export const changes = ["replace", "delete", "update", "create", "import"] as const;

export type Change = (typeof changes)[number];

/** One resource of a stack that changes. Without any value of a property: some are secret. */
export const stepSchema = z.strictObject({
  change: z.enum(changes),
  urn: z.string(),
  /** For instance `aws:eks/cluster:Cluster`. */
  type: z.string(),
  /** Last part of the URN. */
  name: z.string(),
  /** Properties that change, as paths: `scalingConfig.maxSize`. */
  properties: z.array(z.string()),
  /** Those of them that force a replacement. */
  forcedBy: z.array(z.string()),
});

export type Step = z.infer<typeof stepSchema>;

/** A resource, as cost estimates look at it. */
export interface PlannedResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the engine calls a step (pulumi/pulumi pkg/resource/deploy/step.go), by what becomes of the resource. */
const operations: Readonly<Record<string, Change>> = {
  create: "create",
  update: "update",
  delete: "delete",
  import: "import",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};

/** Gathers what an operation does to each resource, from the engine's events in their order. */
export class Steps {
  private readonly steps = new Map<string, Step>();
  private readonly same = new Set<string>();
  private readonly before = new Map<string, PlannedResource>();
  private readonly after = new Map<string, PlannedResource>();

  add({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    if (resourcePreEvent !== undefined) this.plan(resourcePreEvent.metadata);
    // A refresh says only afterwards what it found.
    if (resOutputsEvent !== undefined) this.note(resOutputsEvent.metadata);
  }

  /** All changes, the gravest first, then by URN. Components are left out: they are nothing in a cloud. */
  list(): Step[] {
    const rank = ({ change }: Step) => changes.indexOf(change);
    return [...this.steps.values()].sort((one, other) => rank(one) - rank(other) || (one.urn < other.urn ? -1 : 1));
  }

  /** How many resources stay as they are. */
  unchanged(): number {
    return this.same.size;
  }

  /** The resources of the stack's state, and those that it is to have. */
  resources(): { readonly before: PlannedResource[]; readonly after: PlannedResource[] } {
    return { before: [...this.before.values()], after: [...this.after.values()] };
  }

  private plan(metadata: StepEventMetadata): void {
    const { urn, old, new: next } = metadata;
    // One that an earlier update could not delete is no longer what the stack is made of.
    if (old != null && old.delete !== true) this.before.set(urn, { type: old.type, properties: old.inputs });
    if (next != null) this.after.set(urn, { type: next.type, properties: next.inputs });
    this.note(metadata);
  }

  private note(metadata: StepEventMetadata): void {
    const { urn, type } = metadata;
    if ((metadata.new ?? metadata.old)?.custom !== true) return;
    if (metadata.op === "same") this.same.add(urn);
    const change = operations[metadata.op];
    if (change === undefined) return;
    const known = this.steps.get(urn);
    const paths = propertyPaths(metadata);
    this.steps.set(urn, {
      // A replaced resource has several steps, of which one is a create or a delete.
      change: known?.change === "replace" ? "replace" : change,
      urn,
      type,
      name: nameOf(urn),
      properties: merge(known?.properties, paths.all),
      forcedBy: merge(known?.forcedBy, change === "replace" ? paths.forcing : []),
    });
  }
}

/** Last part of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function propertyPaths({ detailedDiff, diffs, keys }: StepEventMetadata) {
  const detailed = Object.entries(detailedDiff ?? {});
  if (detailed.length === 0) return { all: [...(diffs ?? []), ...(keys ?? [])], forcing: keys ?? [] };
  const forcing = detailed.filter(([, { diffKind }]) => isForcing(diffKind)).map(([path]) => path);
  return { all: detailed.map(([path]) => path), forcing: forcing.length > 0 ? forcing : (keys ?? []) };
}

function isForcing(kind: PropertyDiff["diffKind"]): boolean {
  return kind.endsWith("-replace");
}

function merge(known: readonly string[] = [], found: readonly string[]): string[] {
  return [...new Set([...known, ...found])].sort();
}
