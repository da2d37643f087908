import type { z } from "zod";
import type { ActionRequest, LogIn } from "./actor";
import type { Properties } from "./values";
import type { CloudRecord, World } from "./world";

/** A property that names another resource, which must exist for as long as this one does. */
export interface Reference {
  /** Where the value stands, `[]` for a list's items: `vpcConfig.subnetIds[]`. */
  readonly property: string;
  /** Types that it may name. */
  readonly types: readonly string[];
  /** What of the other resource the value is: its id or one of its outputs, for instance `arn`. @default id */
  readonly by?: string;
  /** Error of the cloud when there is no such resource. */
  readonly missing: string;
  /** Error of the cloud when the other is deleted first; absent where the cloud lets it go. */
  readonly inUse?: string;
  /** Values that name nothing that the simulation holds, for instance a policy of the cloud's own. */
  readonly except?: (value: unknown) => boolean;
  /**
   * What happens while the other, a new principal, is not yet visible everywhere: the provider retries (`wait`, it
   * costs time) or the cloud refuses (`refuse`). @default wait
   */
  readonly unseen?: "wait" | "refuse";
}

/** Where and as whom a call is made. */
export interface CallContext {
  readonly world: World;
  /** The provider's configuration, checked. */
  readonly config: Properties;
  /** The resource's logical name: the last part of its URN. */
  readonly name: string;
}

/** Simulated seconds; each number carries its source beside it in the definition. */
export interface Durations {
  readonly create: number;
  /** @default 1 */
  readonly update?: number;
  /** @default 1 */
  readonly delete?: number;
  /** Until a new principal is visible to every service, after it was created. @default 0 */
  readonly visible?: number;
}

/** A resource type that a simulated cloud knows, with the rules that the real one enforces. */
export interface ResourceDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** Type token, for instance `aws:ecr/repository:Repository`. */
  readonly type: string;
  /** Where the rules are documented. */
  readonly source: string;
  /** A strict object: a property that it does not know is an error. */
  readonly inputs: Schema;
  /** Properties that cannot change in place, also inner ones (`metadata.name`): the resource is replaced. */
  readonly immutable: readonly string[];
  /** Outputs beside the inputs; unknown in a preview of a create. */
  readonly computed: readonly string[];
  /** Outputs that are secret. @default none */
  readonly secret?: readonly string[];
  /**
   * Names it after its logical name and random digits where the program gives none; the property may be an inner one:
   * `metadata.name`. @default the name is required
   */
  readonly autoName?: { readonly property: string; readonly separator: string; readonly digits: number };
  /** What must be unique among resources of this type in this cloud, for instance `${region}/${name}`. @default nothing */
  readonly identity?: (inputs: z.output<Schema>, context: CallContext) => string;
  /** The cloud's error for an identity that is taken. @default AlreadyExists */
  readonly taken?: string;
  /**
   * Keeps the identity taken for so many seconds after a delete (soft delete). For the first `broughtBack` of them the
   * provider itself makes the resource again, by undeleting it. @default 0
   */
  readonly held?: { readonly seconds: number; readonly error: string; readonly broughtBack?: number };
  readonly references?: readonly Reference[];
  readonly seconds: Durations;
  /** Permission that the caller needs, for instance `ecr:CreateRepository`. */
  readonly permissions: {
    readonly create: string;
    readonly update?: string;
    readonly delete?: string;
    readonly read?: string;
  };
  /** Waits for what the cloud waits for before it begins, for instance nodes. @throws CloudError when it gives up */
  readonly waitFor?: (inputs: z.output<Schema>, context: CallContext) => Promise<void>;
  /** Rules over several properties or over the world, on create and update. @throws CloudError */
  readonly verify?: (inputs: z.output<Schema>, context: CallContext) => void;
  /** Rules of a delete: protection, contents. @throws CloudError */
  readonly verifyDelete?: (record: CloudRecord, context: CallContext) => void;
  /** What goes with it, for instance the objects inside a cluster. */
  readonly whenDeleted?: (record: CloudRecord, context: CallContext) => void;
  /** What is real behind it, where anything is: a cluster's objects, when real clusters run. */
  readonly effect?: {
    /** After the cloud has it, on create and update. @throws CloudError */
    readonly apply: (inputs: z.output<Schema>, context: CallContext) => Promise<void>;
    /** Before the cloud lets it go; done when it is gone. @throws CloudError */
    readonly remove: (record: CloudRecord, context: CallContext) => Promise<void>;
  };
  /** The id and the computed outputs of a new resource; on an update the id stays and these are made anew. */
  readonly create: (
    inputs: z.output<Schema>,
    context: CallContext & { readonly previous?: CloudRecord },
  ) => { readonly id: string; readonly outputs: Properties };
}

/** Keeps the schema's type while the definition goes into a list of many. */
export function defineResource<Schema extends z.ZodObject>(definition: ResourceDefinition<Schema>): ResourceDefinition {
  return definition;
}

/** A function (invoke) of a provider, for instance `aws:index/getCallerIdentity:getCallerIdentity`. */
export interface FunctionDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly token: string;
  readonly source: string;
  readonly inputs: Schema;
  readonly permission?: string;
  /** @throws CloudError */
  readonly call: (inputs: z.output<Schema>, context: Omit<CallContext, "name">) => Properties;
}

export function defineFunction<Schema extends z.ZodObject>(definition: FunctionDefinition<Schema>): FunctionDefinition {
  return definition;
}

/** An operation on a resource, for which a permission is asked. */
export interface Operation {
  readonly kind: "create" | "update" | "delete" | "read";
  readonly definition: ResourceDefinition;
  readonly action: string;
  /** What is asked for; of a delete and a read, what the cloud holds. */
  readonly inputs: Properties;
  /** What the cloud holds already. */
  readonly record?: CloudRecord;
  /** Of a read, which may be of what is gone. */
  readonly id?: string;
}

/** A provider: a package of resources and functions of one cloud. */
export interface ProviderDefinition {
  /** Package, for instance `azure-native`. */
  readonly name: string;
  /** The provider's configuration: a strict object. */
  readonly config: z.ZodObject;
  readonly resources: readonly ResourceDefinition[];
  readonly functions: readonly FunctionDefinition[];
  /** Logs in as the real provider does. @default whoever calls is an administrator */
  readonly logIn?: LogIn;
  /**
   * Logs in only once something is really asked, not when it is configured or previews: what it would ask may not be there
   * yet. @default false
   */
  readonly logsInLate?: boolean;
  /** What is asked for, and of what, in the cloud's own terms. @default the action alone */
  readonly request?: (operation: Operation, context: Pick<CallContext, "world" | "config">) => ActionRequest;
  /** The same for the call of a function. @default the action alone */
  readonly functionRequest?: (
    action: string,
    context: Pick<CallContext, "world" | "config">,
    inputs: Properties,
  ) => ActionRequest;
  /** Outputs that a preview of an update takes over from the state, the others being unknown in it. @default all */
  readonly knownInPreview?: readonly string[];
  /**
   * Name of the world that a configured provider talks to; the Kubernetes provider finds it among those in `folder`, by
   * the server that its kubeconfig names. @throws CloudError when there is none
   */
  readonly world: (config: Properties, folder: string) => string;
  /**
   * What a change of the provider's configuration means for its resources: `replaced` names the properties that make
   * all of them be replaced. Values may be unknown. @default nothing
   */
  readonly diffConfig?: (
    olds: Properties,
    news: Properties,
  ) => { readonly changed: readonly string[]; readonly replaced: readonly string[] };
}
