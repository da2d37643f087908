import { z } from "zod";

/**
 * Description of a role: printable Latin-1 with tab, line feed and carriage return. A dash or a quotation mark from a
 * word processor is refused. Source: IAM API CreateRole, pattern of Description.
 */
export const roleDescription = z
  .string()
  .max(1000)
  .regex(/^[\t\n\r\u0020-\u007E\u00A1-\u00FF]*$/, "characters that IAM does not take in a description");

/** Name of a role: IAM API CreateRole, RoleName. */
export const roleName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w+=,.@-]+$/, "letters, digits and + = , . @ - _");

const oneOrMore = z.union([z.string(), z.array(z.string())]);

const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]).optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.unknown().optional(),
});

const document = z.object({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Statement: z.union([statement, z.array(statement)]),
});

/** A statement of a policy document (IAM user guide, "Grammar of the IAM JSON policy language"). */
export type Statement = z.infer<typeof statement>;

/** The statements of a policy document in JSON; undefined when IAM would answer MalformedPolicyDocument. */
export function readPolicy(text: string): readonly Statement[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = document.safeParse(json);
  return parsed.success ? [parsed.data.Statement].flat() : undefined;
}

/** A policy document of at most so many characters, white space aside. Source: IAM and STS quotas. */
export function policyDocument(longest: number) {
  return z
    .string()
    .regex(/^[\t\n\r\u0020-\u00FF]+$/, "characters that IAM does not take in a policy")
    .refine((text) => text.replaceAll(/\s/g, "").length <= longest, `at most ${longest} characters without white space`)
    .refine((text) => readPolicy(text) !== undefined, "MalformedPolicyDocument: Syntax errors in policy.");
}
