import { type Fault, type Resource, type ResourceRule, says, type Stack } from "../rule";
import { at, unknown } from "../value";
import { tagged, untagged } from "./tag-types";

/**
 * What a bootstrap stack makes says no `env`: the identity that deploys tells by `project` and `env` what is its own, and what it
 * logs in with is not (infra/access/aws/grants.ts).
 */
function demanded({ program }: Stack): readonly string[] {
  return program.startsWith("bootstrap-") ? ["project", "managed-by"] : ["project", "env", "managed-by"];
}

/** Whose a resource is can be read from it: bills, inventories and the search for leftovers go by tags. */
export const tags: ResourceRule = {
  name: "tags",
  demand: "Whatever takes tags or labels says its project, its environment and what manages it.",
  checks: {
    "*": {
      source:
        "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/building-your-tagging-strategy.html",
      faults: (resource, stack) => {
        const path = tagged[resource.type];
        if (path !== undefined) {
          return judge(path, resource, stack);
        }
        return /^(aws|gcp|azure-native):/.test(resource.type) && !untagged.includes(resource.type)
          ? [
              {
                what: `nobody has said whether ${resource.type} takes tags`,
                advice: "Add the type to policy/rules/tag-types.ts.",
              },
            ]
          : [];
      },
    },
  },
};

function judge(path: readonly string[], { properties }: Resource, stack: Stack): Fault[] {
  const given = at(properties, ...path);
  if (given === unknown) {
    return [];
  }
  const wrong = demanded(stack).filter((key) => {
    const value = at(given, key);
    return value !== unknown && (typeof value !== "string" || value === "" || (key === "env" && value !== stack.env));
  });
  return wrong.length === 0
    ? []
    : [
        {
          what: says(path.join("."), given),
          advice: `Give it ${wrong.map((key) => (key === "env" ? `env: ${stack.env}` : key)).join(", ")}.`,
        },
      ];
}
