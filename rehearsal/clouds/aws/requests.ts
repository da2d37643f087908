import type { ActionRequest } from "../kernel/actor";
import type { CallContext, Operation } from "../kernel/definition";
import { type Properties, valuesAt } from "../kernel/values";
import type { CloudRecord } from "../kernel/world";
import { arn, regionOf } from "./account";
import { tagsAll } from "./common";
import { repository } from "./ecr";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./iam";

type Context = Pick<CallContext, "world" | "config">;

/** ARNs of what does not exist yet, where policies name it. Source: service authorization reference, "Resource types". */
const arnsBeforeCreation: Readonly<Record<string, (operation: Operation, config: Properties) => string>> = {
  [repository.type]: ({ inputs }, config) => arn("ecr", regionOf(config), `repository/${String(inputs.name)}`),
  [role.type]: ({ inputs }) => roleArn(inputs.path, inputs.name),
  [rolePolicyAttachment.type]: ({ inputs }) => roleArn(undefined, inputs.role),
  [rolePolicy.type]: ({ inputs }) => roleArn(undefined, inputs.role),
  [policy.type]: ({ inputs }) => arn("iam", "", `policy/${String(inputs.name)}`),
};

/**
 * What IAM knows of a request: the ARN that it is about, the region, the tags that are given and those of what is there, and
 * the policy that is attached. What has no tags of its own (a route, an alias) is asked for by those of what it belongs to.
 * Of requests that IAM checks against several resources (CreateSubnet: subnet and network) the simulation makes one.
 */
export function requestOf(operation: Operation, context: Context): ActionRequest {
  const { action, kind, record, inputs, definition } = operation;
  const { config } = context;
  const known = record?.outputs.arn;
  const taggable = "tags" in definition.inputs.shape;
  return {
    action,
    resource: typeof known === "string" ? known : arnsBeforeCreation[definition.type]?.(operation, config),
    conditions: {
      ...regionKey(config),
      ...tagKeys("aws:RequestTag", kind === "create" && taggable ? tagsAll(inputs, config).tagsAll : {}),
      ...tagKeys("aws:ResourceTag", record?.outputs.tagsAll ?? owner(operation, context)?.outputs.tagsAll),
      ...(typeof inputs.policyArn === "string"
        ? { "iam:PolicyARN": inputs.policyArn, "eks:policyArn": inputs.policyArn }
        : {}),
    },
  };
}

/** What IAM knows of the call of a function. */
export function functionRequestOf(action: string, { config }: Context): ActionRequest {
  return { action, conditions: regionKey(config) };
}

/** The first tagged resource that an operation's inputs name. */
function owner({ definition, inputs }: Operation, { world }: Context): CloudRecord | undefined {
  return (definition.references ?? [])
    .flatMap(({ property, types, by = "id" }) =>
      valuesAt(inputs, property).flatMap((value) =>
        types
          .flatMap((type) => world.list(type))
          .filter((other) => value === (by === "id" ? other.id : (other.outputs[by] ?? other.inputs[by]))),
      ),
    )
    .find(({ outputs }) => outputs.tagsAll !== undefined);
}

/** Services of the whole account are asked in us-east-1, and policies for them name no region. */
function regionKey(config: Properties): Record<string, string> {
  return { "aws:RequestedRegion": regionOf(config) };
}

function tagKeys(prefix: string, tags: unknown): Record<string, string> {
  const entries = Object.entries((tags ?? {}) as Readonly<Record<string, string>>);
  return Object.fromEntries(entries.map(([key, value]) => [`${prefix}/${key}`, value]));
}

function roleArn(path: unknown, name: unknown): string {
  return arn("iam", "", `role${typeof path === "string" ? path : "/"}${String(name)}`);
}
