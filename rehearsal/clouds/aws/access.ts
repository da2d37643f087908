import type { World } from "../kernel/world";
import { holds, type RequestKeys, wildcards } from "./conditions";
import { attachedPolicies, policy, rolePolicy } from "./iam";
import { readPolicy, type Statement } from "./iam-text";
import { managedPolicies, managedPolicyName } from "./managed-policies";

/** What somebody asks for. */
export interface AccessRequest {
  /** For instance `ecr:BatchGetImage`. */
  readonly action: string;
  /** ARN, or `*` for an action that has no resource; absent where the simulation does not tell: any will do. */
  readonly resource?: string;
  /** What conditions may ask about. @default unknown: a statement with a condition denies, but does not allow */
  readonly keys?: RequestKeys;
}

/** A statement with where it comes from. */
export interface SourcedStatement {
  /** For instance `AmazonEKS_CNI_Policy` or `inline policy push`. */
  readonly origin: string;
  readonly statement: Statement;
}

/** Every statement of the policies on a role: attached and inline. */
export function roleStatements(world: World, roleName: string): SourcedStatement[] {
  const attached = attachedPolicies(world, roleName).flatMap((policyArn) => {
    const managed = managedPolicies[managedPolicyName(policyArn) ?? ""];
    if (managed !== undefined) {
      const statement: Statement = { Effect: "Allow", Action: [...managed.actions], Resource: [...managed.resources] };
      return [{ origin: policyArn, statement }];
    }
    return sourced(policyArn, String(world.find(policy.type, policyArn)?.inputs.policy));
  });
  const inline = world
    .list(rolePolicy.type)
    .filter(({ inputs }) => inputs.role === roleName)
    .flatMap(({ inputs }) => sourced(`inline policy ${String(inputs.name)}`, String(inputs.policy)));
  return [...attached, ...inline];
}

/** The statements of one document. */
export function sourced(origin: string, document: string): SourcedStatement[] {
  return (readPolicy(document) ?? []).map((statement) => ({ origin, statement }));
}

/**
 * Decides as IAM does: an explicit Deny wins, then any Allow, else no.
 * Source: IAM user guide, "Policy evaluation logic".
 *
 * @returns what allows it or what denies it; undefined when nothing speaks of it
 */
export function evaluate(
  statements: readonly SourcedStatement[],
  request: AccessRequest,
): { readonly allowed: boolean; readonly origin: string } | undefined {
  const concerned = statements.filter(({ statement }) => concerns(statement, request));
  const denial = concerned.find(({ statement }) => statement.Effect === "Deny");
  if (denial !== undefined) {
    return { allowed: false, origin: denial.origin };
  }
  const grant = concerned.find(({ statement }) => statement.Effect === "Allow" && mayAllow(statement, request));
  return grant === undefined ? undefined : { allowed: true, origin: grant.origin };
}

function mayAllow({ Condition }: Statement, { keys }: AccessRequest): boolean {
  return Condition === undefined || keys !== undefined;
}

function concerns(statement: Statement, { action, resource, keys }: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const actionFits =
    Action === undefined ? NotAction !== undefined && !matches(NotAction, action, "i") : matches(Action, action, "i");
  // A policy of a repository names no resource: it is about that repository.
  const conditionFits = keys === undefined || holds(statement.Condition, keys);
  return actionFits && resourceFits(resource, Resource, NotResource) && conditionFits;
}

function resourceFits(
  resource: string | undefined,
  Resource: Statement["Resource"],
  NotResource: Statement["NotResource"],
): boolean {
  if (resource === undefined) return true;
  return Resource === undefined
    ? NotResource === undefined || !matches(NotResource, resource)
    : matches(Resource, resource);
}

function matches(patterns: string | readonly string[], value: string, flags = ""): boolean {
  return [patterns].flat().some((pattern) => wildcards(pattern, flags).test(value));
}
