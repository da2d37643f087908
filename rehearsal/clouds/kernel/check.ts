import type { z } from "zod";
import { hasUnknown, isObject, isUnknown, type Properties, valueAt } from "./values";

/** A property that the cloud would refuse, and why. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/**
 * Checks properties against a schema. A value that is not known yet passes, as in the real providers' previews.
 *
 * @returns one failure for each wrong, missing or unknown property
 */
export function checkProperties(schema: z.ZodObject, properties: Properties): CheckFailure[] {
  const parsed = schema.safeParse(properties);
  if (parsed.success) {
    return [];
  }
  return parsed.error.issues
    .filter((issue) => !concernsUnknown(issue, properties))
    .map((issue) => ({
      property: issue.path.map(String).join("."),
      // What surrounds a property that is not known may be secret, and says nothing about it.
      reason:
        issue.code === "unrecognized_keys"
          ? issue.message
          : `${issue.message} (is ${describe(valueAt(properties, issue.path))})`,
    }));
}

/** An unknown value, and a rule over several values of which one is unknown, cannot be judged yet. */
function concernsUnknown(issue: z.core.$ZodIssue, properties: Properties): boolean {
  const value = valueAt(properties, issue.path);
  return issue.code === "custom" || issue.code === "invalid_union" ? hasUnknown(value) : isUnknown(value);
}

function describe(value: unknown): string {
  if (value === undefined) {
    return "absent";
  }
  const text = JSON.stringify(value);
  return isObject(value) || text.length > 100 ? text.slice(0, 100) : text;
}
