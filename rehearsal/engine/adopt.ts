import { isDeepStrictEqual } from "node:util";
import { plainProperties } from "../clouds/kernel/values";
import type { World } from "../clouds/kernel/world";
import { takeIn } from "../../ci/engine/state";
import type { PendingOperation, StackState, StateResource } from "./state";

/**
 * A stack's state with every pending create settled: a resource that a cloud holds is taken in under its id, one that
 * no cloud holds is forgotten.
 *
 * @param plain the same state with its secrets shown, to compare with what the clouds hold
 */
export function settleCreates(
  { deployment, ...rest }: StackState,
  plain: StackState["deployment"],
  worlds: readonly World[],
): StackState {
  const known = new Set((deployment.resources ?? []).map((resource) => resource.id));
  const shown = creates(plain);
  let resources = deployment.resources ?? [];
  for (const [index, resource] of creates(deployment).entries()) {
    const id = findInClouds(shown[index] ?? resource, known, worlds);
    if (id !== undefined) {
      known.add(id);
      // What it gives out is read by the refresh.
      resources = takeIn(resources, { ...resource, id, outputs: {} });
    }
  }
  const pending = (deployment.pending_operations ?? []).filter(({ type }) => type !== "creating");
  return { ...rest, deployment: { ...deployment, resources, pending_operations: pending } };
}

function creates({ pending_operations = [] }: StackState["deployment"]): StateResource[] {
  return pending_operations.filter(isCreate).map(({ resource }) => resource);
}

function isCreate({ type }: PendingOperation): boolean {
  return type === "creating";
}

/** The id of a resource that a cloud holds, that no state knows, and that was made from these inputs. */
function findInClouds(
  resource: StateResource,
  known: ReadonlySet<string | undefined>,
  worlds: readonly World[],
): string | undefined {
  const inputs = plainProperties(resource.inputs);
  return worlds
    .flatMap((world) => world.list(resource.type))
    .find((record) => !known.has(record.id) && isDeepStrictEqual(record.inputs, inputs))?.id;
}
