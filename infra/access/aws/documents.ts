import { InputError } from "../../input-error";
import { githubIssuer } from "../subjects";
import type { AwsGrant, Conditions, Scope } from "./grants";

/** Who a token of a job is for, when it logs in to AWS (aws-actions/configure-aws-credentials, its default). */
export const audience = "sts.amazonaws.com";

/** Characters, white space aside, and policies on one role. Source: IAM user guide, "IAM and AWS STS quotas". */
export const policyQuotas = { managedPolicy: 6144, trustPolicy: 2048, policiesOnRole: 10 } as const;

/** A statement of a policy (IAM user guide, "Grammar of the IAM JSON policy language"). */
interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

/**
 * A policy in JSON, without white space: one statement for all actions on the same resources under the same conditions.
 *
 * @throws Error for a name in braces that the scope does not have
 */
export function policyDocument(grants: readonly AwsGrant[], scope: Scope): string {
  const allowed = new Map<string, Statement>();
  const denied: Statement[] = [];
  for (const grant of grants) {
    const Resource = resourcesOf(grant.resources, scope);
    if (Resource.length === 0) continue;
    const where = {
      Resource,
      ...(grant.conditions === undefined ? {} : { Condition: conditionsOf(grant.conditions, scope) }),
    };
    const key = JSON.stringify(where);
    const Action = [...new Set([...(allowed.get(key)?.Action ?? []), ...grant.actions])].sort();
    allowed.set(key, { Effect: "Allow", Action, ...where });
    if (grant.except !== undefined) {
      denied.push({ Effect: "Deny", Action: [...grant.actions].sort(), Resource: resourcesOf(grant.except, scope) });
    }
  }
  return JSON.stringify({ Version: "2012-10-17", Statement: [...allowed.values(), ...denied] });
}

/**
 * Who may be a role: whoever shows a token of GitHub's for AWS with one of the subjects, compared whole.
 *
 * @param provider ARN of IAM's OIDC provider for GitHub
 */
export function trustPolicy(provider: string, subjects: readonly string[]): string {
  const issuer = githubIssuer.replace("https://", "");
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subjects } },
      },
    ],
  });
}

/**
 * Refuses what IAM would refuse in the middle of an update.
 *
 * @param role its name, for the error
 * @param policies name to document
 * @throws InputError naming role, policy, size and quota
 */
export function checkQuotas(role: string, trust: string, policies: Readonly<Record<string, string>>): void {
  const sizes = [
    { what: "trust policy", text: trust, limit: policyQuotas.trustPolicy },
    ...Object.entries(policies).map(([name, text]) => ({
      what: `policy "${name}"`,
      text,
      limit: policyQuotas.managedPolicy,
    })),
  ];
  const tooLong = sizes.find(({ text, limit }) => size(text) > limit);
  if (tooLong !== undefined) {
    throw new InputError(
      `The ${tooLong.what} of role ${role} has ${size(tooLong.text)} characters without white space, and IAM takes ` +
        `${tooLong.limit} (IAM user guide, "IAM and AWS STS quotas"). Shorten trinity:project or trinity:github, name fewer ` +
        `environments in trinity:promotesFrom, or split the policy in infra/access/aws.`,
    );
  }
  const count = Object.keys(policies).length;
  if (count > policyQuotas.policiesOnRole) {
    throw new InputError(
      `Role ${role} has ${count} policies, and IAM takes ${policyQuotas.policiesOnRole} on a role (IAM user guide, "IAM and ` +
        `AWS STS quotas"). Put some of them together in infra/access/aws.`,
    );
  }
}

function size(text: string): number {
  return text.replaceAll(/\s/g, "").length;
}

function resourcesOf(resources: readonly string[], scope: Scope): readonly string[] {
  return resources.flatMap((resource) =>
    resource.includes("{promotedFrom}")
      ? scope.promotedFrom.map((cluster) => fillIn(resource.replaceAll("{promotedFrom}", cluster), scope))
      : [fillIn(resource, scope)],
  );
}

function conditionsOf(conditions: Conditions, scope: Scope): Conditions {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, values]) => [key, values.map((value) => fillIn(value, scope))]),
      ),
    ]),
  );
}

function fillIn(text: string, scope: Scope): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = scope[name as keyof Scope];
    if (typeof value !== "string") {
      throw new Error(`"${text}" in infra/access/aws holds {${name}}, which is not known here.`);
    }
    return value;
  });
}
