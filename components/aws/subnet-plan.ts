import * as pulumi from "@pulumi/pulumi";

/** Zones that a network spans. EKS asks for two; with three, the loss of one leaves a majority. */
export const zoneCount = 3;

/** Address ranges of a network, one of each kind for each zone. */
export interface SubnetPlan {
  /** For load balancers and NAT gateways. */
  readonly public: readonly string[];
  /** For nodes and pods: each pod has an address of its subnet (Amazon VPC CNI). */
  readonly private: readonly string[];
}

/**
 * Cuts a network into quarters: one for the private subnets of each zone, and of the last a quarter for each zone's
 * public subnet. `10.0.0.0/16` gives three private subnets of 16384 addresses and three public ones of 4096.
 *
 * @param cidr /16 to /24: EC2 allows no more than /16, and a public subnet of a /24 has the 11 free addresses that are
 *   left of a /28, of which a load balancer needs 8 (Elastic Load Balancing user guide)
 * @throws pulumi.InputPropertyError
 */
export function planSubnets(cidr: string): SubnetPlan {
  const { address, prefix } = parseCidr(cidr);
  const quarter = 2 ** (32 - prefix) / 4;
  const zones = Array.from({ length: zoneCount }, (_, zone) => zone);
  return {
    private: zones.map((zone) => formatCidr(address + zone * quarter, prefix + 2)),
    public: zones.map((zone) => formatCidr(address + zoneCount * quarter + (zone * quarter) / 4, prefix + 4)),
  };
}

function parseCidr(cidr: string): { readonly address: number; readonly prefix: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [first, second, third, fourth, prefix] = (match ?? []).slice(1).map(Number);
  if (
    first === undefined ||
    second === undefined ||
    third === undefined ||
    fourth === undefined ||
    prefix === undefined ||
    Math.max(first, second, third, fourth) > 255
  ) {
    throw refused(cidr, "is not an IPv4 network such as 10.0.0.0/16");
  }
  if (prefix < 16 || prefix > 24) {
    throw refused(cidr, "is not between /16, the largest that EC2 allows, and /24, the smallest with room for nodes");
  }
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  if (address % 2 ** (32 - prefix) !== 0) {
    throw refused(
      cidr,
      `does not begin at a multiple of its size; ${formatCidr(networkOf(address, prefix), prefix)} does`,
    );
  }
  return { address, prefix };
}

function networkOf(address: number, prefix: number): number {
  return address - (address % 2 ** (32 - prefix));
}

function formatCidr(address: number, prefix: number): string {
  const bytes = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((weight) => Math.floor(address / weight) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

function refused(cidr: string, fault: string): pulumi.InputPropertyError {
  return new pulumi.InputPropertyError({ propertyPath: "cidr", reason: `"${cidr}" ${fault}.` });
}
