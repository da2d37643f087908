/** A resource as `pulumi stack export` shows it (pulumi/pulumi sdk/go/common/apitype/core.go, ResourceV3). */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom?: boolean;
  /** Whether another resource of this URN has replaced it, and it is still to be deleted. */
  readonly delete?: boolean;
  /** Whether it is deleted, and the resource that replaces it is still to be created. */
  readonly pendingReplacement?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** What the engine had begun when it was ended. */
export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading";
  readonly resource: StateResource;
}

/** A stack's state, as far as it is read here. */
export interface StackState {
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

/**
 * Adds a resource as the engine does when a create has ended (pulumi/pulumi pkg/resource/deploy/step.go, `CreateStep`
 * and `DeleteStep`). What it replaces comes after it and is still to be deleted, or, deleted first, goes; two living
 * resources of one URN are no state. What it depends on was registered in the same update, so comes before both
 * (pkg/backend/journal.go, `GenerateDeployment`).
 */
export function takeIn(resources: readonly StateResource[], created: StateResource): StateResource[] {
  const isReplaced = (resource: StateResource) => resource.urn === created.urn;
  const first = resources.findIndex(isReplaced);
  if (first === -1) {
    return [...resources, created];
  }
  const others = resources.slice(first).flatMap((resource) => {
    if (!isReplaced(resource)) {
      return [resource];
    }
    return resource.pendingReplacement === true ? [] : [{ ...resource, delete: true }];
  });
  return [...resources.slice(0, first), created, ...others];
}
