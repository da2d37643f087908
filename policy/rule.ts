import type { CloudName } from "../infra/clouds";

/** A resource that is to be, as the program declares it. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Inputs, secrets in plain text, `unknown` for what a preview does not know. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that the state keeps encrypted: `["kubeconfig"]`. Undefined where the engine did not say. */
  readonly secrets: readonly (readonly string[])[] | undefined;
  /** Pulumi refuses to delete it. */
  readonly protect: boolean;
}

/** The stack that is judged. */
export interface Stack {
  readonly name: string;
  /** For instance `dev`. */
  readonly env: string;
  /** For instance `aws`, `bootstrap-aws` or the name of an app. */
  readonly program: string;
  /** The cloud and its region, for a stack of a cloud that says so in its settings. */
  readonly cloud?: { readonly name: CloudName; readonly region: string };
  /** US dollars a month that it may cost; undefined where nobody has said. */
  readonly ceiling?: number;
}

/** What breaks a rule. */
export interface Fault {
  /** What is wrong, with where and the value: `imageTagMutability is "MUTABLE"`. Never a secret. */
  readonly what: string;
  /** What to do next, a whole sentence. */
  readonly advice: string;
}

/** How a rule judges resources of one type. */
export interface Check {
  /** Where the demand comes from. */
  readonly source: string;
  readonly faults: (resource: Resource, stack: Stack) => readonly Fault[];
}

interface Named {
  readonly name: string;
  /** What is demanded, a whole sentence. */
  readonly demand: string;
}

/** A rule of single resources, judged before each is made. */
export interface ResourceRule extends Named {
  /** By type, for instance `aws:eks/cluster:Cluster`; `*` judges every resource. */
  readonly checks: Readonly<Record<string, Check>>;
}

/** A rule of a stack as a whole, judged when all of its resources are known. */
export interface StackRule extends Named {
  readonly source: string;
  readonly stackFaults: (resources: readonly Resource[], stack: Stack) => readonly Fault[];
}

export type Rule = ResourceRule | StackRule;

/** A rule that is broken, told. */
export interface Violation {
  readonly urn?: string;
  readonly message: string;
}

/** What a resource breaks of a rule. */
export function judgeResource(rule: ResourceRule, resource: Resource, stack: Stack): Violation[] {
  const checks = [rule.checks[resource.type], rule.checks["*"]].filter((check) => check !== undefined);
  return checks.flatMap((check) =>
    check.faults(resource, stack).map((fault) => ({
      urn: resource.urn,
      message: tell(`${resource.type} "${resource.name}"`, fault, rule, check.source),
    })),
  );
}

/** What a stack breaks of a rule. */
export function judgeStack(rule: StackRule, resources: readonly Resource[], stack: Stack): Violation[] {
  return rule
    .stackFaults(resources, stack)
    .map((fault) => ({ message: tell(`stack "${stack.name}"`, fault, rule, rule.source) }));
}

/** The engine puts the demand before it. */
function tell(where: string, { what, advice }: Fault, { name }: Rule, source: string): string {
  return `${where}: ${what}. ${advice} Rule ${name}, ${source}`;
}

/** `<path> is <value>`, or that it is not set. */
export function says(path: string, value: unknown): string {
  return value === undefined ? `${path} is not set` : `${path} is ${JSON.stringify(value)}`;
}
