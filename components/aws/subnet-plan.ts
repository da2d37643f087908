import { invalidRange, parseRange, part } from "../ipv4-range";

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
  const range = parseRange("cidr", cidr);
  const { prefix } = range;
  if (prefix < 16 || prefix > 24) {
    throw invalidRange(
      "cidr",
      cidr,
      "is not between /16, the largest that EC2 allows, and /24, the smallest with room for nodes",
    );
  }
  const zones = Array.from({ length: zoneCount }, (_, zone) => zone);
  return {
    private: zones.map((zone) => part(range, prefix + 2, zone)),
    public: zones.map((zone) => part(range, prefix + 4, zoneCount * 4 + zone)),
  };
}
