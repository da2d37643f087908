import { type Policies, PolicyPack, type ResourceValidationPolicy, type StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { afterExemptions } from "./exemptions";
import { judgeResource, judgeStack, type Resource, type ResourceRule, type StackRule, type Violation } from "./rule";
import { rules } from "./rules";
import { levelOf, type PolicySettings, readPolicySettings } from "./settings";
import { describeStack } from "./stack";
import { secretPaths, viewOf } from "./view";

/**
 * Starts the pack: the engine asks it from now on.
 *
 * @param settingsFile see {@link readPolicySettings}
 * @throws PolicySettingsError
 */
export function startPack(settingsFile: string): void {
  const settings = readPolicySettings(settingsFile);
  new PolicyPack("trinity", { enforcementLevel: "mandatory", policies: policiesOf(settings, pulumi.getStack()) });
}

/** @param name of the stack: rules are enforced as its environment has it */
export function policiesOf(settings: PolicySettings, name: string): Policies {
  const stack = describeStack(name, settings);
  const today = new Date().toISOString().slice(0, 10);
  const secrets = new Map<string, readonly (readonly string[])[]>();
  const declared = new Map<string, Resource>();
  const remaining = (rule: { readonly name: string }, violations: readonly Violation[]) =>
    afterExemptions(rule.name, violations, settings.exemptions, today);
  const common = (rule: { readonly name: string; readonly demand: string }) => ({
    name: rule.name,
    description: rule.demand,
    enforcementLevel: levelOf(settings, stack.env, rule.name),
  });

  const resourcePolicy = (rule: ResourceRule): ResourceValidationPolicy => ({
    ...common(rule),
    validateResource: (args, report) => {
      const resource = viewOf(args, secrets.get(args.urn));
      declared.set(args.urn, resource);
      for (const { message } of remaining(rule, judgeResource(rule, resource, stack))) {
        report(message);
      }
    },
  });
  const stackPolicy = (rule: StackRule): StackValidationPolicy => ({
    ...common(rule),
    validateStack: ({ resources }, report) => {
      // What the program declares, not what the engine has of it by then: of a change, a preview knows few outputs.
      const views = resources.map((args) => declared.get(args.urn) ?? viewOf(args, undefined));
      for (const { message } of remaining(rule, judgeStack(rule, views, stack))) {
        report(message);
      }
    },
  });
  /** Changes nothing: a rule is shown its resource with the secrets laid open, and a remediation with them marked. */
  const noticeSecrets: ResourceValidationPolicy = {
    name: "notice-secrets",
    description: "Remembers which inputs are secrets, for no-plain-secret.",
    enforcementLevel: "remediate",
    remediateResource: ({ urn, props }) => {
      secrets.set(urn, secretPaths(props));
    },
  };
  return [noticeSecrets, ...rules.map((rule) => ("checks" in rule ? resourcePolicy(rule) : stackPolicy(rule)))];
}
