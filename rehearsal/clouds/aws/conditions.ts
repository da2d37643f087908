/** What a request brings along for conditions: keys as IAM names them, without regard to case. */
export type RequestKeys = Readonly<Record<string, string>>;

type Test = (value: string, wanted: string) => boolean;

const like: Test = (value, wanted) => wildcards(wanted).test(value);
const equal: Test = (value, wanted) => value === wanted;
const equalIgnoringCase: Test = (value, wanted) => value.toLowerCase() === wanted.toLowerCase();

/** Source: IAM user guide, "IAM JSON policy elements: Condition operators". Those that the platform's policies use. */
const operators: Readonly<Record<string, Test>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: like,
  // Both match with wildcards, colon by colon; no ARN here has a wildcard that crosses one.
  ArnEquals: like,
  ArnLike: like,
  Bool: equalIgnoringCase,
};

/**
 * Whether a statement's condition holds for a request. Several operators and keys must all hold, of several values one. A
 * key that the request does not bring fails, unless the operator says `IfExists` or is a negated one.
 *
 * @throws Error for an operator that the simulation does not know, so that no condition is passed over
 */
export function holds(condition: unknown, keys: RequestKeys): boolean {
  const given = new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries((condition ?? {}) as Record<string, Record<string, string | readonly string[]>>).every(
    ([operator, entries]) =>
      Object.entries(entries).every(([key, wanted]) => test(operator, given.get(key.toLowerCase()), [wanted].flat())),
  );
}

function test(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  const [, prefix, name = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") return (value === undefined) === (wanted[0] === "true");
  const negated = /^(String|Arn)Not/.test(name);
  const run = operators[name.replace("Not", "")];
  if (run === undefined) throw new Error(`The simulated IAM does not know the condition operator ${operator}.`);
  if (value === undefined) return negated || ifExists !== undefined || prefix === "ForAllValues:";
  return wanted.some((one) => run(value, one)) !== negated;
}

/** `*` stands for any characters, `?` for one (IAM user guide, "Use wildcards"). */
export function wildcards(pattern: string, flags = ""): RegExp {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, flags);
}
