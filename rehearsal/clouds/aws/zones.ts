/**
 * Zones of the regions that the simulation has, by name and id. Names are shuffled for each account, ids are not; here
 * `us-east-1c` is the zone in which EKS has no room, `use1-az3`.
 * Source: AWS RAM user guide, "Availability Zone IDs for your AWS resources"; EKS user guide, "Network requirements".
 */
export const zones: Readonly<Record<string, readonly { readonly name: string; readonly id: string }[]>> = {
  "us-east-1": [
    { name: "us-east-1a", id: "use1-az6" },
    { name: "us-east-1b", id: "use1-az1" },
    { name: "us-east-1c", id: "use1-az3" },
    { name: "us-east-1d", id: "use1-az2" },
    { name: "us-east-1e", id: "use1-az4" },
    { name: "us-east-1f", id: "use1-az5" },
  ],
  "us-east-2": named("us-east-2", "use2", [1, 2, 3]),
  "us-west-1": named("us-west-1", "usw1", [1, 3]),
  "us-west-2": named("us-west-2", "usw2", [2, 1, 3, 4]),
  "ca-central-1": named("ca-central-1", "cac1", [1, 2, 4]),
  "eu-west-1": named("eu-west-1", "euw1", [1, 2, 3]),
  "eu-central-1": named("eu-central-1", "euc1", [2, 3, 1]),
  "eu-north-1": named("eu-north-1", "eun1", [1, 2, 3]),
  "ap-southeast-2": named("ap-southeast-2", "apse2", [1, 3, 2]),
  "ap-northeast-1": named("ap-northeast-1", "apne1", [4, 1, 2]),
};

/** Where CreateCluster answers UnsupportedAvailabilityZoneException (EKS user guide, "Network requirements"). */
export const zoneIdsWithoutEks: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az3"];

function named(region: string, short: string, numbers: readonly number[]) {
  return numbers.map((number, index) => ({ name: `${region}${"abcdef".charAt(index)}`, id: `${short}-az${number}` }));
}
