import * as fs from "node:fs";
import { load } from "js-yaml";
import { z } from "zod";
import { environmentPattern } from "../infra/environment";
import { InputError } from "../infra/input-error";
import { rules } from "./rules";

const ruleName = z.enum(rules.map(({ name }) => name));

/** A stack as a whole has no URN to be exempt by. */
const resourceRuleName = z.enum(rules.flatMap((rule) => ("checks" in rule ? [rule.name] : [])));

/** `advisory` is told, `mandatory` ends a preview or an update, `disabled` is not judged. */
const level = z.enum(["advisory", "mandatory", "disabled"]);

export type Level = z.infer<typeof level>;

const settings = z.strictObject({
  /** By environment, then by rule. What is not named is mandatory. */
  levels: z.record(
    z.string().regex(environmentPattern, "an environment such as dev"),
    z.partialRecord(ruleName, level),
  ),
  /** US dollars a month, by stack. */
  ceilings: z.record(z.string(), z.number().positive()),
  exemptions: z.array(
    z.strictObject({
      rule: resourceRuleName,
      /** URN, in which `*` stands for any text. */
      resource: z.string().startsWith("urn:pulumi:", "the URN of a resource, in which * stands for any text"),
      /** Why, for whoever finds it. */
      reason: z.string().min(20, "a sentence that says why"),
      /** The last day that it holds. */
      until: z.iso.date("a day such as 2027-03-31"),
    }),
  ),
});

export type PolicySettings = z.infer<typeof settings>;

export type Exemption = PolicySettings["exemptions"][number];

/** Thrown for a settings file that is not understood: a rule must not be switched off by a slip. */
export class PolicySettingsError extends InputError {
  override readonly name = "PolicySettingsError";
}

/** @throws PolicySettingsError naming the file, each key, its value and the rule */
export function parsePolicySettings(text: string, file: string): PolicySettings {
  let content: unknown;
  try {
    content = load(text);
  } catch (error) {
    throw new PolicySettingsError(`${file} is not YAML: ${(error as Error).message}`, { cause: error });
  }
  const parsed = settings.safeParse(content, { reportInput: true });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, input, message }) =>
        `  ${path.join(".") || "the file"}: ${input === undefined ? "missing" : JSON.stringify(input)}: ${message}`,
    );
    throw new PolicySettingsError(
      `${file} cannot be used:\n${faults.join("\n")}\nCorrect it; docs/policy.md says what may stand in it.`,
    );
  }
  return parsed.data;
}

/** @throws PolicySettingsError */
export function readPolicySettings(file: string): PolicySettings {
  return parsePolicySettings(fs.readFileSync(file, "utf8"), file);
}

/** How a rule is enforced in an environment. @default mandatory */
export function levelOf({ levels }: PolicySettings, env: string, rule: string): Level {
  return (levels[env] as Readonly<Record<string, Level>> | undefined)?.[rule] ?? "mandatory";
}
