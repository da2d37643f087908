import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { checkProperties, type CheckFailure } from "./check";
import type { ProviderDefinition, ResourceDefinition } from "./definition";
import { CloudError } from "./errors";
import { type Call, createResource, deleteResource, readResource, updateResource } from "./lifecycle";
import {
  changedProperties,
  hasUnknown,
  isObject,
  plainProperties,
  type Properties,
  secret,
  unknown,
  valuesAt,
} from "./values";
import { World } from "./world";

/** JSON as the wire carries it. */
type Wire = Record<string, never>;

/**
 * Answers the engine as the real provider of a cloud would, from a world of its own. One instance is one configured
 * provider; the engine starts one process for each.
 */
export class SimulatedProvider {
  private readonly resources: ReadonlyMap<string, ResourceDefinition>;
  private config: Properties = {};
  private world: World | undefined;

  /**
   * @param version of the package that it stands for
   * @param folder where the worlds lie
   * @param environment where it finds a login. @default empty
   */
  constructor(
    readonly definition: ProviderDefinition,
    readonly version: string,
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv = {},
  ) {
    this.resources = new Map(definition.resources.map((resource) => [resource.type, resource]));
  }

  checkConfig(news: Properties): CheckFailure[] {
    return checkProperties(this.definition.config, structuredConfig(news));
  }

  configure(args: Properties): void {
    this.config = structuredConfig(args);
  }

  /**
   * Logs in, when a login is due: at first, and when a session is over. The engine hands its own environment on to the
   * processes of its providers, so that what a job's steps know, they know.
   *
   * @param asks whether something is really asked of the cloud, by more than a configuration or a preview. @default true
   * @throws CloudError when the cloud refuses
   */
  async logIn(asks = true): Promise<void> {
    if (this.definition.logIn === undefined || (!asks && this.definition.logsInLate === true)) return;
    const world = this.openWorld();
    if (world.actor === undefined || world.actor.isOver()) {
      world.actor = (await this.definition.logIn({ environment: this.environment, world })) ?? world.actor;
    }
  }

  /** What a change of the configuration means for the resources. */
  diffConfig(olds: Properties, news: Properties): { readonly changed: string[]; readonly replaced: string[] } {
    const diff = this.definition.diffConfig?.(structuredConfig(olds), structuredConfig(news));
    return { changed: [...(diff?.changed ?? [])], replaced: [...(diff?.replaced ?? [])] };
  }

  check(
    urn: string,
    olds: Properties,
    news: Properties,
    seed: Buffer,
  ): { readonly inputs: Wire; readonly failures: CheckFailure[] } {
    const definition = this.resource(urn);
    const inputs = named(definition, logicalName(urn), plainProperties(olds), plainProperties(news), seed);
    return { inputs: wire(inputs), failures: checkProperties(definition.inputs, inputs) };
  }

  diff(
    urn: string,
    oldInputs: Properties,
    news: Properties,
  ): { readonly changed: string[]; readonly replaced: string[]; readonly deleteFirst: boolean } {
    const definition = this.resource(urn);
    const before = plainProperties(oldInputs);
    const after = plainProperties(news);
    const changed = changedProperties(before, after);
    const differs = (path: string) => !isDeepStrictEqual(valuesAt(before, path), valuesAt(after, path));
    const replaced = definition.immutable.filter(differs);
    // A name that the program fixed cannot be held by the old and the new resource at once; a made one is made anew.
    const nameStays = definition.autoName === undefined || !differs(definition.autoName.property);
    const fixed = nameStays && !isMadeName(definition, logicalName(urn), before);
    const deleteFirst = replaced.length > 0 && definition.identity !== undefined && fixed;
    return { changed, replaced, deleteFirst };
  }

  async create(
    urn: string,
    properties: Properties,
    preview: boolean,
  ): Promise<{ readonly id: string; readonly properties: Wire }> {
    const definition = this.resource(urn);
    const inputs = plainProperties(properties);
    if (preview) {
      const computed = Object.fromEntries(definition.computed.map((name) => [name, unknown]));
      return { id: "", properties: this.outputs(definition, inputs, computed) };
    }
    this.refuseInvalid(definition, inputs);
    const { id, outputs } = await createResource(definition, inputs, this.call(urn));
    return { id, properties: this.outputs(definition, inputs, outputs) };
  }

  async update(urn: string, id: string, olds: Properties, news: Properties, preview: boolean): Promise<Wire> {
    const definition = this.resource(urn);
    const inputs = plainProperties(news);
    if (preview) {
      const before = plainProperties(olds);
      const known = this.definition.knownInPreview ?? definition.computed;
      const computed = Object.fromEntries(
        definition.computed.map((name) => [name, known.includes(name) ? (before[name] ?? unknown) : unknown]),
      );
      return this.outputs(definition, inputs, computed);
    }
    this.refuseInvalid(definition, inputs);
    return this.outputs(definition, inputs, await updateResource(definition, id, inputs, this.call(urn)));
  }

  async read(urn: string, id: string): Promise<{ readonly properties: Wire; readonly inputs: Wire } | undefined> {
    const definition = this.resource(urn);
    const record = await readResource(definition, id, this.call(urn));
    return record === undefined
      ? undefined
      : { properties: this.outputs(definition, record.inputs, record.outputs), inputs: wire(record.inputs) };
  }

  async delete(urn: string, id: string): Promise<void> {
    await deleteResource(this.resource(urn), id, this.call(urn));
  }

  invoke(token: string, args: Properties): Wire {
    const definition = this.definition.functions.find((item) => item.token === token);
    if (definition === undefined) {
      throw new CloudError("UnknownFunction", `the simulated provider ${this.definition.name} has no ${token}`);
    }
    const inputs = plainProperties(args);
    const failures = checkProperties(definition.inputs, inputs);
    if (failures.length > 0) {
      throw new CloudError("InvalidArguments", `${token}: ${describeFailures(failures)}`);
    }
    const context = { world: this.openWorld(), config: this.config };
    const { permission } = definition;
    if (permission !== undefined) {
      context.world.authorize(this.definition.functionRequest?.(permission, context, inputs) ?? permission);
    }
    return wire(definition.call(definition.inputs.parse(inputs), context));
  }

  private refuseInvalid(definition: ResourceDefinition, inputs: Properties): void {
    const failures = checkProperties(definition.inputs, inputs);
    if (failures.length > 0 || hasUnknown(inputs)) {
      throw new CloudError("ValidationError", `${definition.type}: ${describeFailures(failures)}`);
    }
  }

  private resource(urn: string): ResourceDefinition {
    const type = resourceType(urn);
    const definition = this.resources.get(type);
    if (definition === undefined) {
      throw new CloudError("UnknownType", `the simulated provider ${this.definition.name} does not know ${type}`);
    }
    return definition;
  }

  private call(urn: string): Call {
    return {
      urn,
      name: logicalName(urn),
      world: this.openWorld(),
      config: this.config,
      catalog: this.definition.resources,
      request: this.definition.request,
    };
  }

  private openWorld(): World {
    this.world ??= new World(this.folder, this.definition.world(this.config, this.folder));
    return this.world;
  }

  private outputs(definition: ResourceDefinition, inputs: Properties, computed: Properties): Wire {
    const outputs: Record<string, unknown> = { ...inputs, ...computed };
    for (const name of definition.secret ?? []) {
      if (outputs[name] !== undefined) {
        outputs[name] = secret(outputs[name]);
      }
    }
    return wire(outputs);
  }
}

/** Configuration arrives as text; a list or an object in it as JSON. */
function structuredConfig(args: Properties): Properties {
  return Object.fromEntries(
    Object.entries(plainProperties(args))
      .filter(([key]) => key !== "version" && !key.startsWith("__"))
      .map(([key, value]) => [
        key,
        typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value,
      ]),
  );
}

function named(
  definition: ResourceDefinition,
  name: string,
  olds: Properties,
  news: Properties,
  seed: Buffer,
): Properties {
  const rule = definition.autoName;
  if (rule === undefined || valuesAt(news, rule.property).length > 0) {
    return news;
  }
  const random = createHash("sha256").update(seed).digest("hex").slice(0, rule.digits);
  const [previous] = valuesAt(olds, rule.property);
  return withValue(news, rule.property.split("."), previous ?? `${name}${rule.separator}${random}`);
}

/** The properties with a value at a path, the objects on the way included. */
function withValue(properties: Properties, [key = "", ...rest]: readonly string[], value: unknown): Properties {
  const inner = properties[key];
  return { ...properties, [key]: rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value) };
}

/** Whether the name is one that {@link named} made. */
function isMadeName(definition: ResourceDefinition, logical: string, inputs: Properties): boolean {
  const rule = definition.autoName;
  const [name] = rule === undefined ? [] : valuesAt(inputs, rule.property);
  const prefix = `${logical}${rule?.separator ?? ""}`;
  return (
    typeof name === "string" &&
    name.startsWith(prefix) &&
    name.length === prefix.length + (rule?.digits ?? 0) &&
    /^[0-9a-f]+$/.test(name.slice(prefix.length))
  );
}

/** `urn:pulumi:stack::project::parent$type::name` */
function resourceType(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function logicalName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function describeFailures(failures: readonly CheckFailure[]): string {
  return failures.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
}

function wire(properties: Properties): Wire {
  return properties as Wire;
}
