import { CloudError } from "../kernel/errors";
import { valuesAt } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { subnet, vpc } from "./vpc";
import { zoneIdsWithoutEks } from "./zones";

/**
 * The rule of six free addresses is not among these: the smallest subnet, a /28, has eleven.
 *
 * @throws CloudError for subnets in which EKS cannot put the control plane's network interfaces
 */
export function checkSubnets(world: World, subnetIds: readonly string[]): void {
  const subnets = subnetIds.flatMap((id) => world.find(subnet.type, id) ?? []);
  const networks = new Set(subnets.map(({ inputs }) => inputs.vpcId));
  if (networks.size > 1) {
    throw refused("Subnets specified must be in the same VPC");
  }
  const zones = subnets.map(({ outputs }) => String(outputs.availabilityZoneId));
  if (new Set(zones).size < 2) {
    throw refused("Subnets specified must be in at least two different AZs");
  }
  const unsupported = zones.find((zone) => zoneIdsWithoutEks.includes(zone));
  if (unsupported !== undefined) {
    throw new CloudError(
      "UnsupportedAvailabilityZoneException",
      `Cannot create cluster because ${unsupported}, the targeted availability zone, does not currently have ` +
        `sufficient capacity to support the cluster`,
    );
  }
  const [vpcId] = networks;
  const network = world.find(vpc.type, String(vpcId));
  if (network?.inputs.enableDnsHostnames !== true || network.inputs.enableDnsSupport === false) {
    throw refused("The VPC must have DNS hostname and DNS resolution support, or nodes cannot register to the cluster");
  }
}

/** What of a cluster may change, and how far. @throws CloudError */
export function checkUpdate(
  previous: CloudRecord,
  values: {
    readonly version?: string | undefined;
    readonly vpcConfig: { readonly subnetIds: readonly string[] };
    readonly accessConfig?: { readonly authenticationMode?: string | undefined } | undefined;
  },
  world: World,
): void {
  checkVersionStep(String(previous.inputs.version), String(values.version));
  checkAuthenticationStep(
    valuesAt(previous.inputs, "accessConfig.authenticationMode")[0] ?? "CONFIG_MAP",
    values.accessConfig?.authenticationMode ?? "CONFIG_MAP",
  );
  const zonesOf = (ids: readonly unknown[]) =>
    new Set(ids.map((id) => world.find(subnet.type, String(id))?.outputs.availabilityZoneId));
  const before = zonesOf(valuesAt(previous.inputs, "vpcConfig.subnetIds[]"));
  const after = zonesOf(values.vpcConfig.subnetIds);
  if (before.size !== after.size || [...after].some((zone) => !before.has(zone))) {
    throw refused("Provided subnets belong to other AZs than those that the cluster was created with");
  }
}

/** EKS user guide, "Update existing cluster to new Kubernetes version": one minor version at a time, never back. */
function checkVersionStep(before: string, after: string): void {
  const step = Number(after.split(".")[1]) - Number(before.split(".")[1]);
  if (step < 0 || step > 1) {
    throw refused(`Unsupported Kubernetes minor version update from ${before} to ${after}`);
  }
}

/** EKS user guide, "Change authentication mode to use access entries": towards access entries only. */
function checkAuthenticationStep(before: unknown, after: unknown): void {
  const order = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
  const step = order.indexOf(String(after)) - order.indexOf(String(before));
  if (step < 0 || step > 1) {
    throw refused(`Unsupported authentication mode update from ${String(before)} to ${String(after)}`);
  }
}

function refused(message: string): CloudError {
  return new CloudError("InvalidParameterException", message);
}
