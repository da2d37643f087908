import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { StackIdentity } from "../stack-name";
import { InputError } from "../input-error";

/** Thrown for a setting that is missing, wrong or unknown, before any resource is declared. */
export class SettingsError extends InputError {
  override readonly name = "SettingsError";
}

/**
 * Reads a stack's settings.
 *
 * @param schema an object schema whose keys are whole configuration keys, for instance `trinity:project`, `aws:region`
 * @param config all configuration of the stack as Pulumi hands it over: text. @default the running stack's
 * @returns the checked values, with defaults filled in
 * @throws SettingsError naming the stack file, each key, its value and the rule, and every unknown `trinity:` key
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  identity: StackIdentity,
  config: Readonly<Record<string, string>> = pulumi.runtime.allConfig(),
): z.infer<Schema> {
  const known = Object.keys(schema.shape);
  const faults = Object.keys(config)
    .filter((key) => key.startsWith("trinity:") && !known.includes(key))
    .map((key) => `${key}: no such setting; known are ${known.join(", ")}`);
  const values = Object.fromEntries(known.filter((key) => key in config).map((key) => [key, config[key]]));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => describe(issue, schema, config)));
  }
  if (faults.length > 0 || !parsed.success) {
    throw new SettingsError(
      `stacks/Pulumi.${identity.stack}.yaml has settings that cannot be used:\n` +
        faults.map((fault) => `  ${fault}`).join("\n") +
        `\nCorrect them with \`pulumi config set\` or in the file; docs/settings.md lists every setting.`,
    );
  }
  return parsed.data;
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodObject, config: Readonly<Record<string, string>>): string {
  const [key, ...rest] = issue.path.map(String);
  if (key === undefined) {
    return issue.message;
  }
  const where = [key, ...rest].join(".");
  if (key in config) {
    const value = JSON.stringify(config[key]);
    // A component's refusal may begin with the value itself.
    return issue.message.startsWith(value) ? `${where}: ${issue.message}` : `${where}: ${value}: ${issue.message}`;
  }
  const isStructured = (schema.shape[key] as z.ZodType | undefined)?.meta()?.structured === true;
  return isStructured
    ? `${where}: missing; write it into the file, as docs/settings.md shows it`
    : `${where}: missing; set it with \`pulumi config set ${key} <value>\``;
}

/** A whole number given as text. */
export function integer(minimum: number, maximum: number) {
  return z.string().regex(/^\d+$/, "a whole number").transform(Number).pipe(z.number().min(minimum).max(maximum));
}

/** `true` or `false` given as text. */
export function flag() {
  return z.enum(["true", "false"]).transform((text) => text === "true");
}

/** A structured setting: Pulumi hands lists and objects over as JSON. */
export function structured<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: "custom", input: text, message: "a list or an object, not plain text" });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .meta({ structured: true });
}
