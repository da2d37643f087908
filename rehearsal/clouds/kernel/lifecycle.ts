import { createHash } from "node:crypto";
import type { CallContext, Operation, ProviderDefinition, Reference, ResourceDefinition } from "./definition";
import { CloudError } from "./errors";
import { type Properties, valuesAt } from "./values";
import type { CloudRecord, World } from "./world";

/** Where a call came from, for the journal. */
export interface Call extends CallContext {
  readonly urn: string;
  /** Every type of every provider of this cloud, to see who uses what is being deleted. */
  readonly catalog: readonly ResourceDefinition[];
  readonly request?: ProviderDefinition["request"];
}

/**
 * Creates a resource: refuses what the real cloud refuses, then takes as long as the real cloud takes, on the world's
 * clock. The resource is in the world from the first moment: a provider that dies meanwhile leaves it there.
 */
export async function createResource(
  definition: ResourceDefinition,
  inputs: Properties,
  call: Call,
): Promise<{ readonly id: string; readonly outputs: Properties }> {
  const { world } = call;
  const startedAt = world.now();
  authorize(call, { kind: "create", definition, action: definition.permissions.create, inputs });
  world.failIfRehearsed(definition.type, "create");
  const values = definition.inputs.parse(inputs);
  await waitForReferences(definition, inputs, world);
  await definition.waitFor?.(values, call);
  const created = world.transaction(() => {
    const identity = definition.identity?.(values, call) ?? null;
    refuseTakenIdentity(definition, identity, world);
    verifyReferences(definition, inputs, world);
    definition.verify?.(values, call);
    const { id, outputs } = definition.create(values, call);
    const readyAt = world.now() + world.milliseconds(definition.seconds.create);
    world.insert({
      type: definition.type,
      id,
      identity,
      inputs,
      outputs,
      readyAt,
      visibleAt: readyAt + world.milliseconds(definition.seconds.visible ?? 0),
    });
    return { id, outputs, readyAt };
  });
  await world.until(created.readyAt);
  try {
    await definition.effect?.apply(values, call);
  } catch (error) {
    world.delete(definition.type, created.id);
    throw error;
  }
  world.enter({ urn: call.urn, operation: "create", startedAt, finishedAt: world.now() });
  return { id: created.id, outputs: created.outputs };
}

/** Changes a resource in place. */
export async function updateResource(
  definition: ResourceDefinition,
  id: string,
  inputs: Properties,
  call: Call,
): Promise<Properties> {
  const { world } = call;
  const startedAt = world.now();
  const action = definition.permissions.update ?? definition.permissions.create;
  authorize(call, { kind: "update", definition, action, inputs, record: world.find(definition.type, id) });
  world.failIfRehearsed(definition.type, "update");
  const values = definition.inputs.parse(inputs);
  await waitForReferences(definition, inputs, world);
  await definition.waitFor?.(values, call);
  const outputs = world.transaction(() => {
    const previous = existing(definition, id, world);
    verifyReferences(definition, inputs, world);
    definition.verify?.(values, call);
    const made = definition.create(values, { ...call, previous }).outputs;
    world.replaceProperties(definition.type, id, inputs, made);
    return made;
  });
  await world.until(startedAt + world.milliseconds(definition.seconds.update ?? 1));
  await definition.effect?.apply(values, call);
  world.enter({ urn: call.urn, operation: "update", startedAt, finishedAt: world.now() });
  return outputs;
}

/** Deletes a resource; one that is gone already is a success, as in the real providers. */
export async function deleteResource(definition: ResourceDefinition, id: string, call: Call): Promise<void> {
  const { world } = call;
  const startedAt = world.now();
  const doomed = world.find(definition.type, id);
  const action = definition.permissions.delete ?? definition.permissions.create;
  authorize(call, { kind: "delete", definition, action, inputs: doomed?.inputs ?? {}, record: doomed });
  world.failIfRehearsed(definition.type, "delete");
  if (doomed !== undefined && definition.effect !== undefined) {
    definition.verifyDelete?.(doomed, call);
    await definition.effect.remove(doomed, call);
  }
  const deletedAt = world.transaction(() => {
    const record = world.find(definition.type, id);
    if (record === undefined) {
      return startedAt;
    }
    definition.verifyDelete?.(record, call);
    refuseInUse(record, call);
    const end = world.now() + world.milliseconds(definition.seconds.delete ?? 1);
    const heldUntil = definition.held === undefined ? null : end + world.milliseconds(definition.held.seconds);
    world.delete(definition.type, id, end, heldUntil);
    definition.whenDeleted?.(record, call);
    return end;
  });
  await world.until(deletedAt);
  world.enter({ urn: call.urn, operation: "delete", startedAt, finishedAt: world.now() });
}

/** What the cloud holds under an id, or undefined. Waits for a creation that somebody else began. */
export async function readResource(
  definition: ResourceDefinition,
  id: string,
  call: Pick<Call, "world" | "config" | "request">,
): Promise<CloudRecord | undefined> {
  const record = call.world.find(definition.type, id);
  const action = definition.permissions.read ?? definition.permissions.create.replace(/create|write/i, "Get");
  authorize(call, { kind: "read", definition, action, inputs: record?.inputs ?? {}, record, id });
  if (record !== undefined) {
    await call.world.until(record.readyAt);
  }
  return record;
}

function authorize(call: Pick<Call, "world" | "config" | "request">, operation: Operation): void {
  call.world.authorize(call.request?.(operation, call) ?? operation.action);
}

/** An id of the form that a cloud makes: `prefix` and hexadecimal digits, the same for the same seed. */
export function makeId(prefix: string, seed: string, digits = 17): string {
  return `${prefix}${createHash("sha256").update(seed).digest("hex").slice(0, digits)}`;
}

function existing(definition: ResourceDefinition, id: string, world: World): CloudRecord {
  const record = world.find(definition.type, id);
  if (record === undefined) {
    throw new CloudError("NotFound", `${definition.type} "${id}" does not exist`);
  }
  return record;
}

function refuseTakenIdentity(definition: ResourceDefinition, identity: string | null, world: World): void {
  const holder = identity === null ? undefined : world.holder(definition.type, identity);
  if (holder === undefined) {
    return;
  }
  if (holder.held) {
    const broughtBack = world.milliseconds(definition.held?.broughtBack ?? 0);
    if ((holder.record.deletedAt ?? 0) + broughtBack > world.now()) {
      return;
    }
    throw new CloudError("SoftDeleted", definition.held?.error ?? `"${identity ?? ""}" was deleted recently`);
  }
  throw new CloudError(definition.taken ?? "AlreadyExists", `"${identity ?? ""}" exists already`);
}

/** The resources that a reference names, with the value that names none as undefined. */
function targets(reference: Reference, inputs: Properties, world: World) {
  const values = valuesAt(inputs, reference.property).filter((value) => reference.except?.(value) !== true);
  return values.map((value) => ({
    value,
    record: reference.types.flatMap((type) => world.list(type)).find((record) => names(reference, value, record)),
  }));
}

function names(reference: Reference, value: unknown, record: CloudRecord): boolean {
  const by = reference.by ?? "id";
  return value === (by === "id" ? record.id : (record.outputs[by] ?? record.inputs[by]));
}

function verifyReferences(definition: ResourceDefinition, inputs: Properties, world: World): void {
  for (const reference of definition.references ?? []) {
    for (const { value, record } of targets(reference, inputs, world)) {
      if (record === undefined || record.readyAt > world.now() || record.deletedAt !== null) {
        throw new CloudError(reference.missing, `${reference.property} ${JSON.stringify(value)} does not exist`);
      }
      if (reference.unseen === "refuse" && record.visibleAt > world.now()) {
        throw new CloudError(reference.missing, `${reference.property} ${JSON.stringify(value)} does not exist yet`);
      }
    }
  }
}

/** The real providers retry while a new principal spreads through the cloud; it costs the time that it takes. */
async function waitForReferences(definition: ResourceDefinition, inputs: Properties, world: World): Promise<void> {
  const patient = (definition.references ?? []).filter((reference) => reference.unseen !== "refuse");
  const records = patient.flatMap((reference) => targets(reference, inputs, world).map(({ record }) => record));
  await world.until(Math.max(0, ...records.map((record) => record?.visibleAt ?? 0)));
}

function refuseInUse(record: CloudRecord, call: Call): void {
  for (const user of call.catalog) {
    for (const reference of user.references ?? []) {
      if (reference.inUse === undefined || !reference.types.includes(record.type)) {
        continue;
      }
      const holder = call.world
        .list(user.type)
        .find((other) => valuesAt(other.inputs, reference.property).some((value) => names(reference, value, record)));
      if (holder !== undefined) {
        throw new CloudError(reference.inUse, `${record.id} is used by ${holder.type} ${holder.id}`);
      }
    }
  }
}
