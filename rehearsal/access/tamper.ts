import type { CloudName } from "../../infra/clouds";
import { provider as aws } from "../clouds/aws/provider";
import { provider as azure } from "../clouds/azure-native/provider";
import { provider as gcp } from "../clouds/gcp/provider";
import type { ProviderDefinition, ResourceDefinition } from "../clouds/kernel/definition";
import type { Properties } from "../clouds/kernel/values";
import type { World } from "../clouds/kernel/world";

const providers: Readonly<Record<CloudName, ProviderDefinition>> = { aws, gcp, azure };

/** What people change by hand, and a stack may change in place: the first that a type has. */
const changes: readonly (readonly [property: string, change: (before: unknown) => unknown])[] = [
  ["tags", withLabel],
  ["labels", withLabel],
  ["resourceLabels", withLabel],
  ["description", () => "changed by hand"],
  ["privateIpGoogleAccess", (before) => before !== true],
  ["mtu", () => 1500],
  ["targetKeyId", () => "another-key"],
];

/**
 * Changes everything that a stack has made, as somebody at the console would: tags, labels, descriptions. The next update
 * that looks at the cloud puts it right, and so uses what changes in place need.
 *
 * @param before ids of what was there before the stack
 */
export function changeByHand(world: World, cloud: CloudName, before: ReadonlySet<string>): void {
  for (const record of world.list().filter(({ id }) => !before.has(id))) {
    const definition = providers[cloud].resources.find(({ type }) => type === record.type);
    const change = definition === undefined ? undefined : changeOf(definition, record.inputs);
    if (change !== undefined) world.replaceProperties(record.type, record.id, change, record.outputs);
  }
}

function changeOf(definition: ResourceDefinition, inputs: Properties): Properties | undefined {
  const found = changes.find(
    ([property]) => property in definition.inputs.shape && !definition.immutable.includes(property),
  );
  return found === undefined ? undefined : { ...inputs, [found[0]]: found[1](inputs[found[0]]) };
}

function withLabel(before: unknown): unknown {
  return { ...(before as Readonly<Record<string, string>> | undefined), "changed-by-hand": "yes" };
}
