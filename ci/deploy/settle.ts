import { type StackState, type StateResource, takeIn } from "../engine/state";
import { identify } from "./identifiers";

/** A state without pending operations. */
export interface Settled {
  readonly state: StackState;
  /** Resources that were being created, and are looked for under the id that they would have. */
  readonly takenIn: readonly StateResource[];
  /** Those whose id only the cloud knows. */
  readonly unknown: readonly StateResource[];
}

/**
 * What was being created when an update was ended may be in the cloud, though no state names it: taken in under its id, a
 * refresh reads it or finds that it is not there.
 */
export function settle({ deployment, ...rest }: StackState): Settled {
  const known = deployment.resources ?? [];
  const creates = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  let resources = [...known];
  const takenIn: StateResource[] = [];
  const unknown: StateResource[] = [];
  for (const { resource } of creates) {
    const id = identify(resource, known);
    if (id === undefined) {
      unknown.push(resource);
    } else if (!resources.some((other) => other.type === resource.type && other.id === id)) {
      const created = { ...resource, id, outputs: {} };
      takenIn.push(created);
      resources = takeIn(resources, created);
    }
  }
  return { state: { ...rest, deployment: { ...deployment, resources, pending_operations: [] } }, takenIn, unknown };
}

/** Resources that were taken in and not read yet, since the run that did so was ended. */
export function unread({ deployment }: StackState): StateResource[] {
  return (deployment.resources ?? []).filter(
    ({ custom, id, outputs, type }) =>
      custom === true &&
      id !== undefined &&
      !type.startsWith("pulumi:") &&
      (outputs === undefined || Object.keys(outputs).length === 0),
  );
}
