import { judgeResource, judgeStack, type Resource, type Stack } from "../../policy/rule";
import { rules } from "../../policy/rules";

export const prodAws: Stack = {
  name: "prod-aws",
  env: "prod",
  program: "aws",
  cloud: { name: "aws", region: "us-east-1" },
  ceiling: 100,
};

/** A resource with what a rule looks at. */
export function resource(
  type: string,
  properties: Resource["properties"],
  more: Partial<Pick<Resource, "secrets" | "protect">> = {},
): Resource {
  return {
    urn: `urn:pulumi:prod-aws::trinity::${type}::it`,
    type,
    name: "it",
    properties,
    secrets: [],
    protect: false,
    ...more,
  };
}

/** What a rule says of resources, each on its own or all together. */
export function say(ruleName: string, resources: readonly Resource[], stack: Stack = prodAws): string[] {
  const rule = rules.find(({ name }) => name === ruleName);
  if (rule === undefined) {
    throw new Error(`no rule ${ruleName}`);
  }
  const violations =
    "checks" in rule ? resources.flatMap((one) => judgeResource(rule, one, stack)) : judgeStack(rule, resources, stack);
  return violations.map(({ message }) => message);
}
