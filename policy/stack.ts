import * as pulumi from "@pulumi/pulumi";
import { type CloudName, cloudNames } from "../infra/clouds";
import type { Stack } from "./rule";
import type { PolicySettings } from "./settings";

/** The setting that holds a cloud's region. */
const regionSettings: Readonly<Record<CloudName, string>> = {
  aws: "aws:region",
  gcp: "gcp:region",
  azure: "azure-native:location",
};

/**
 * The stack that the engine runs the pack on.
 *
 * @param config all configuration of the stack: text
 */
export function describeStack(
  name: string,
  settings: PolicySettings,
  config: Readonly<Record<string, string>> = pulumi.runtime.allConfig(),
): Stack {
  const [env = "", ...rest] = name.split("-");
  const program = rest.join("-");
  const cloud = cloudNames.find((known) => known === program);
  const region = cloud === undefined ? undefined : config[regionSettings[cloud]];
  return {
    name,
    env,
    program,
    ...(cloud === undefined ? {} : { cloud: { name: cloud, region: region ?? "a region that no setting names" } }),
    ceiling: settings.ceilings[name],
  };
}
