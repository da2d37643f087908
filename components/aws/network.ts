// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as ec2 from "@pulumi/aws/ec2";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";
import { planSubnets, zoneCount } from "./subnet-plan";
import { chooseZones, zonesWithoutEks } from "./zones";

export interface NetworkArgs {
  /** Region of everything in it, for instance `us-east-1`. */
  readonly region: string;
  /** Addresses of the whole network, /16 to /24, for instance `10.0.0.0/16`. */
  readonly cidr: string;
  /** 1 to 3. One costs least; with three, one a zone, the loss of a zone cuts off no other. */
  readonly natGateways: number;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A network of its own over three zones: public subnets for load balancers, private ones for nodes, with a way out
 * through NAT gateways and, for image layers, through a gateway endpoint to S3 that costs nothing.
 *
 * @throws pulumi.InputPropertyError for a network or a number of gateways that EC2 would refuse, and (in an output)
 *   Error for a region with fewer than three zones that EKS uses
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Private subnets, one a zone, as soon as they exist. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** The same, once what is in them can reach the internet: what a node needs to join a cluster. */
  readonly routedSubnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    checkNatGateways(args.natGateways);
    const plan = planSubnets(args.cidr);
    super("trinity:aws:Network", name, args, opts);
    const parent = { parent: this };
    const tags = (resource: string, more: Readonly<Record<string, string>> = {}) => ({
      ...args.tags,
      Name: `${name}-${resource}`,
      ...more,
    });

    const zones = getAvailabilityZonesOutput(
      {
        state: "available",
        excludeZoneIds: [...zonesWithoutEks],
        // Leaves out Local Zones and Wavelength Zones, in which EKS takes no subnets for a control plane.
        filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      },
      parent,
    ).names.apply((names) => chooseZones(names, args.region));

    const vpc = new ec2.Vpc(
      `${name}-vpc`,
      { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: tags("vpc") },
      parent,
    );
    // A zone that comes or goes must not move a subnet, and all that is in it, to another zone.
    const inZone = { parent: this, ignoreChanges: ["availabilityZone"] };
    const subnet = (kind: "public" | "private", zone: number, role: string) =>
      new ec2.Subnet(
        `${name}-${kind}-${zone}`,
        {
          vpcId: vpc.id,
          cidrBlock: plan[kind][zone],
          availabilityZone: zones.apply((names) => names[zone] ?? ""),
          // Where Kubernetes may put load balancers (AWS Load Balancer Controller, "Subnet auto-discovery").
          tags: tags(`${kind}-${zone}`, { [`kubernetes.io/role/${role}`]: "1" }),
        },
        inZone,
      );
    const zoneNumbers = Array.from({ length: zoneCount }, (_, zone) => zone);
    const publicSubnets = zoneNumbers.map((zone) => subnet("public", zone, "elb"));
    const privateSubnets = zoneNumbers.map((zone) => subnet("private", zone, "internal-elb"));

    const gateway = new ec2.InternetGateway(`${name}-internet`, { vpcId: vpc.id, tags: tags("internet") }, parent);
    const routeTable = (role: string) =>
      new ec2.RouteTable(`${name}-${role}`, { vpcId: vpc.id, tags: tags(role) }, parent);
    const associate = (role: string, table: ec2.RouteTable, target: ec2.Subnet) =>
      new ec2.RouteTableAssociation(`${name}-${role}`, { routeTableId: table.id, subnetId: target.id }, parent);

    const publicRoutes = routeTable("public");
    const publicWayOut = new ec2.Route(
      `${name}-public-internet`,
      { routeTableId: publicRoutes.id, destinationCidrBlock: everywhere, gatewayId: gateway.id },
      parent,
    );
    const publicAssociations = publicSubnets.map((target, zone) => associate(`public-${zone}`, publicRoutes, target));

    const natGateways = publicSubnets.slice(0, args.natGateways).map((target, zone) => {
      const role = `nat-${zone}`;
      const address = new ec2.Eip(`${name}-${role}`, { domain: "vpc", tags: tags(role) }, parent);
      return new ec2.NatGateway(
        `${name}-${role}`,
        { subnetId: target.id, allocationId: address.id, tags: tags(role) },
        // An address on the internet can be mapped only while the gateway is attached, and blocks its removal.
        { parent: this, dependsOn: [gateway] },
      );
    });

    const privateRoutes = zoneNumbers.map((zone) => routeTable(`private-${zone}`));
    const privateWaysOut = privateRoutes.map(
      (table, zone) =>
        new ec2.Route(
          `${name}-private-${zone}-nat`,
          {
            routeTableId: table.id,
            destinationCidrBlock: everywhere,
            natGatewayId: natGateways[zone % natGateways.length]?.id,
          },
          parent,
        ),
    );
    const privateAssociations = privateRoutes.map((table, zone) => {
      const target = privateSubnets[zone];
      return target === undefined ? [] : [associate(`private-${zone}`, table, target)];
    });

    new ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: privateRoutes.map((table) => table.id),
        tags: tags("s3"),
      },
      parent,
    );

    const waysOut = [publicWayOut, ...publicAssociations, ...privateWaysOut, ...privateAssociations.flat()];
    this.vpcId = vpc.id;
    this.privateSubnetIds = pulumi.all(privateSubnets.map((target) => target.id));
    // URNs, not ids: a preview knows them of a way out that is yet to be made, and so shows no nodes replaced.
    this.routedSubnetIds = pulumi
      .all([this.privateSubnetIds, pulumi.all(waysOut.map((way) => way.urn))])
      .apply(([ids]) => ids);
    this.registerOutputs({
      vpcId: this.vpcId,
      privateSubnetIds: this.privateSubnetIds,
      routedSubnetIds: this.routedSubnetIds,
    });
  }
}

const everywhere = "0.0.0.0/0";

function checkNatGateways(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > zoneCount) {
    throw new pulumi.InputPropertyError({
      propertyPath: "natGateways",
      reason: `is ${count}, must be a whole number from 1 to ${zoneCount}: at most one for each zone.`,
    });
  }
}
