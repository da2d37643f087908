import { CloudError } from "../kernel/errors";

/** What a condition is asked about. */
export interface ConditionRequest {
  readonly action: string;
  /**
   * Values by source and attribute, for instance `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]`; one that
   * is absent fits no comparison.
   */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Version 2.0 of the language, as far as the platform uses it. */
type Expression = (request: ConditionRequest) => boolean;

const tokenPattern = /\s+|([(){},!]|'[^']*'|@(?:Request|Resource)\[[^\]]*\]|[\w:-]+)/gy;

/**
 * Whether a condition of a role assignment lets a request pass.
 *
 * Known are `AND`, `OR`, `!`, brackets, `ActionMatches{'…'}`, and comparisons of `@Request[…]` and `@Resource[…]` by `GuidEquals`,
 * `StringEqualsIgnoreCase`, `StringLike` and `StringNotLike`, alone or after `ForAnyOfAnyValues:` and `ForAllOfAllValues:`, with a
 * value or a list in braces.
 *
 * Source: learn.microsoft.com/azure/role-based-access-control/conditions-format
 *
 * @throws CloudError InvalidConditionInRoleAssignment for anything else
 */
export function conditionAllows(condition: string, request: ConditionRequest): boolean {
  return parseCondition(condition)(request);
}

/** @throws CloudError for a text that is no condition */
export function parseCondition(condition: string): Expression {
  const reader = new Reader(condition);
  const expression = disjunction(reader);
  reader.end();
  return expression;
}

function disjunction(reader: Reader): Expression {
  const parts = [conjunction(reader)];
  while (reader.takes("OR")) {
    parts.push(conjunction(reader));
  }
  return (request) => parts.some((part) => part(request));
}

function conjunction(reader: Reader): Expression {
  const parts = [term(reader)];
  while (reader.takes("AND")) {
    parts.push(term(reader));
  }
  return (request) => parts.every((part) => part(request));
}

function term(reader: Reader): Expression {
  if (reader.takes("!")) {
    const inner = term(reader);
    return (request) => !inner(request);
  }
  if (reader.takes("(")) {
    const inner = disjunction(reader);
    reader.expect(")");
    return inner;
  }
  if (reader.takes("ActionMatches")) {
    reader.expect("{");
    const pattern = like(reader.next());
    reader.expect("}");
    return ({ action }) => pattern(action);
  }
  return comparison(reader);
}

function comparison(reader: Reader): Expression {
  const attribute = reader.next();
  if (!attribute.startsWith("@")) {
    return reader.fail(attribute);
  }
  const operator = reader.next();
  const compare = operators[operator.replace(/^(ForAnyOfAnyValues|ForAllOfAllValues):/, "")];
  if (compare === undefined) {
    return reader.fail(operator);
  }
  const values = valuesOf(reader);
  return ({ attributes }) => {
    const value = attributes[attribute];
    return value !== undefined && compare(value, values);
  };
}

const operators: Readonly<Record<string, (value: string, given: readonly string[]) => boolean>> = {
  GuidEquals: sameAsAny,
  StringEqualsIgnoreCase: sameAsAny,
  StringLike: (value, given) => given.some((pattern) => like(pattern, "")(value)),
  StringNotLike: (value, given) => !given.some((pattern) => like(pattern, "")(value)),
};

function sameAsAny(value: string, given: readonly string[]): boolean {
  return given.some((one) => one.toLowerCase() === value.toLowerCase());
}

/** `*` is any number of characters, `?` is one. Actions are compared without regard to case, strings with. */
function like(pattern: string, flags = "i"): (text: string) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${escaped}$`, flags);
  return (text) => expression.test(text);
}

function valuesOf(reader: Reader): readonly string[] {
  if (!reader.takes("{")) {
    return [reader.next()];
  }
  const values = [reader.next()];
  while (reader.takes(",")) {
    values.push(reader.next());
  }
  reader.expect("}");
  return values;
}

/** Reads a condition word by word. */
class Reader {
  private readonly tokens: readonly string[];
  private position = 0;

  constructor(private readonly text: string) {
    const found = [...text.matchAll(tokenPattern)];
    if (found.reduce((length, [token]) => length + token.length, 0) !== text.length) {
      this.fail(text);
    }
    this.tokens = found.flatMap(([, token]) => token ?? []);
  }

  takes(token: string): boolean {
    const does = this.tokens[this.position] === token;
    this.position += does ? 1 : 0;
    return does;
  }

  /** The next word; of a quoted one what is between the quotes. */
  next(): string {
    const token = this.tokens[this.position] ?? this.fail("its end");
    this.position += 1;
    return token.replaceAll("'", "");
  }

  expect(token: string): void {
    if (!this.takes(token)) {
      this.fail(this.tokens[this.position] ?? "its end");
    }
  }

  end(): void {
    if (this.position < this.tokens.length) {
      this.fail(this.tokens[this.position] ?? "");
    }
  }

  fail(token: string): never {
    throw new CloudError(
      "InvalidConditionInRoleAssignment",
      `The condition is not understood at "${token}": ${this.text}`,
    );
  }
}

/**
 * What conditions may ask about a role assignment: of the request when one is written, of the resource when one is deleted.
 * Source: learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
 */
export function roleAssignmentAttributes(
  source: "Request" | "Resource",
  assignment: {
    readonly roleDefinitionId: string;
    readonly principalId: string;
    readonly principalType?: string | undefined;
  },
): Readonly<Record<string, string>> {
  const name = (attribute: string) => `@${source}[Microsoft.Authorization/roleAssignments:${attribute}]`;
  return {
    [name("RoleDefinitionId")]: assignment.roleDefinitionId.split("/").at(-1) ?? "",
    [name("PrincipalId")]: assignment.principalId,
    [name("PrincipalType")]: assignment.principalType ?? "User",
  };
}
