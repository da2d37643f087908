import { InputPropertyError } from "@pulumi/pulumi";
import type { z } from "zod";

/**
 * Makes a component's own check of an argument a rule of the setting that is handed to it, so that what it refuses is
 * told as every other fault of a setting is, and before any resource is declared.
 *
 * @param check throws InputPropertyError for what the component would refuse; must load no cloud's SDK
 * @param path the setting that is at fault, for a rule over several
 */
export function checkedBy<Value>(check: (value: Value) => unknown, path: string[] = []) {
  return (value: Value, context: z.core.$RefinementCtx<Value>): void => {
    try {
      check(value);
    } catch (error) {
      if (!InputPropertyError.isInstance(error)) {
        throw error;
      }
      context.addIssue({ code: "custom", message: error.reason, path });
    }
  };
}
