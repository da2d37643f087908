import type { Step } from "../../ci/engine/steps";
import { guardedTypes } from "../../ci/preview/guarded";
import type { Budget } from "./changes";

/** Providers are what the engine talks to a cloud with, and nothing in it. */
const provider = "pulumi:providers:";

/** Steps that a budget has no place for. What it leaves out is not looked for: a change may touch less. */
export function overBudget(steps: readonly Step[], budget: Budget): Step[] {
  return steps.filter(({ change, type }) => {
    if (type.startsWith(provider)) return change === "replace";
    return !(budget[change] ?? []).includes(type);
  });
}

/** Entries of a budget that no budget may have, whatever the change. */
export function forbiddenEntries(budget: Budget): string[] {
  return [...(budget.replace ?? []), ...(budget.delete ?? [])].filter(
    (type) => type in guardedTypes || type.startsWith("kubernetes:"),
  );
}
