import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Inputs or outputs of a resource, secrets unwrapped. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a program registered; components themselves included. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** Names of the inputs that are secret, or hold a secret. */
  readonly secretInputs: readonly string[];
  /** URN of the parent; undefined when it hangs below the stack. */
  readonly parent: string | undefined;
  /** Logical names of what it waits for, through `dependsOn` and through its inputs, sorted. */
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

/** A call of a provider's function. */
export interface FunctionCall {
  readonly token: string;
  readonly inputs: Properties;
}

export interface MockTables {
  /**
   * Resource type to its outputs, which are added to its inputs; an `id` among them becomes the id, otherwise it is
   * `<name>-id`. A type that is not here fails the run. Components need no entry, remote ones (eks:index:Cluster) do.
   */
  readonly resources: Readonly<Record<string, (inputs: Properties, name: string) => Properties>>;
  /** Function token to its result. A function that is not here fails the run. @default none */
  readonly functions?: Readonly<Record<string, (inputs: Properties) => Properties>>;
  /** True to play a preview. @default false */
  readonly preview?: boolean;
}

/** What a run left behind. */
export interface MockRun<Result> {
  readonly result: Result;
  readonly resources: readonly RegisteredResource[];
  readonly calls: readonly FunctionCall[];
}

/**
 * Runs `build`, usually one component's constructor, against strict mocks, and waits until everything that it declared
 * is registered.
 *
 * @throws Error naming every resource type and function that the tables do not hold
 * @throws whatever `build` throws
 */
export async function runWithMocks<Result>(
  tables: MockTables,
  build: () => Result | Promise<Result>,
): Promise<MockRun<Result>> {
  const faults: string[] = [];
  const resources: RegisteredResource[] = [];
  const calls: FunctionCall[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, custom }) => {
      const given = plainProperties(inputs);
      const { id = `${name}-id`, ...outputs } = tables.resources[type]?.(given, name) ?? {};
      return { id: custom === true ? String(id) : undefined, state: { ...given, ...outputs } };
    },
    call: ({ token, inputs }) => {
      const given = plainProperties(inputs);
      calls.push({ token, inputs: given });
      const answer = tables.functions?.[token];
      if (answer === undefined) {
        faults.push(`function ${token}`);
        throw new Error(`the mocks hold no function ${token}`);
      }
      return answer(given);
    },
  };
  await pulumi.runtime.setMocks(mocks, "trinity", "test", tables.preview ?? false, "organization");
  watchRegistrations((request, urn) => {
    const type = request.getType();
    if (tables.resources[type] === undefined && (request.getCustom() || request.getRemote())) {
      faults.push(`resource type ${type} (${request.getName()})`);
    }
    resources.push(registered(request, urn));
  });
  const result = await build();
  await pulumi.runtime.disconnect();
  if (faults.length > 0) {
    throw new Error(`The mocks do not hold: ${faults.join(", ")}. Add them to the tables, or correct the program.`);
  }
  return { result, resources, calls };
}

/** The value of an output, also of a secret one. */
export function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}

/** `<type> <name>` of each, sorted: to compare with the exact list of what a component declares. */
export function listOf(resources: readonly RegisteredResource[]): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`).sort();
}

/** The resource of that name, and of that type if one is given. @throws Error listing what there is instead */
export function find(resources: readonly RegisteredResource[], name: string, type?: string): RegisteredResource {
  const found = resources.filter((item) => item.name === name && (type === undefined || item.type === type));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} resources are named ${name}; there are:\n${listOf(resources).join("\n")}`);
  }
  return only;
}

/** Names of the resources that hang below the stack: of one component under test, only its own may. */
export function unparented(resources: readonly RegisteredResource[]): string[] {
  return resources.filter(({ parent }) => parent === undefined).map(({ name }) => name);
}

/** Mocks are told neither parent nor options, so that these are read from the request to the monitor itself. */
function watchRegistrations(register: (request: RegisterResourceRequest, urn: string) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (
    request: RegisterResourceRequest,
    callback: (error: Error | null, response: RegisterResourceResponse) => void,
  ) =>
    original(request, (error: Error | null, response: RegisterResourceResponse) => {
      if (error === null) {
        register(request, response.getUrn());
      }
      callback(error, response);
    });
}

function registered(request: RegisterResourceRequest, urn: string): RegisteredResource {
  const properties = pulumi.runtime.deserializeProperties(request.getObject() ?? new Struct()) as Properties;
  const parent = request.getParent();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: plainProperties(properties),
    secretInputs: Object.keys(properties).filter((key) => holdsSecret(properties[key])),
    parent: parent === "" || parent.includes("::pulumi:pulumi:Stack::") ? undefined : parent,
    dependencies: [...new Set(request.getDependenciesList().map(logicalName))].sort(),
    ignoreChanges: request.getIgnorechangesList(),
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
  };
}

/** `urn:pulumi:stack::project::parent$type::name` */
function logicalName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function holdsSecret(value: unknown): boolean {
  if (pulumi.runtime.isRpcSecret(value)) {
    return true;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

function plainProperties(value: unknown): Properties {
  return plain(value) as Properties;
}

/** Takes secret marks off, at any depth; a resource handed over whole stays as it is. */
function plain(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) {
    return plain(pulumi.runtime.unwrapRpcSecret(value));
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
