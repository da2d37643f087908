import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { World } from "../kernel/world";
import { accountId, arn, regionOf } from "./account";
import { idFor, tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { internetGateway, natGateway } from "./gateways";
import { subnet, vpc } from "./vpc";

export const routeTable: ResourceDefinition = defineResource({
  type: "aws:ec2/routeTable:RouteTable",
  source: "EC2 API CreateRouteTable, DeleteRouteTable",
  inputs: z.strictObject({ vpcId: z.string(), tags }),
  immutable: ["vpcId"],
  computed: ["arn", "ownerId", "tagsAll"],
  references: [
    { property: "vpcId", types: [vpc.type], missing: "InvalidVpcID.NotFound", inUse: "DependencyViolation" },
  ],
  seconds: seconds.immediate,
  permissions: {
    create: "ec2:CreateRouteTable",
    update: "ec2:CreateTags",
    delete: "ec2:DeleteRouteTable",
    read: "ec2:DescribeRouteTables",
  },
  create: (inputs, context) => {
    const id = idFor("rtb-", context);
    return {
      id,
      outputs: {
        arn: arn("ec2", regionOf(context.config), `route-table/${id}`),
        ownerId: accountId,
        ...tagsAll(inputs, context.config),
      },
    };
  },
});

export const route: ResourceDefinition = defineResource({
  type: "aws:ec2/route:Route",
  source: "EC2 API CreateRoute",
  inputs: z
    .strictObject({
      routeTableId: z.string(),
      destinationCidrBlock: z.cidrv4(),
      gatewayId: z.string().optional(),
      natGatewayId: z.string().optional(),
    })
    .refine(
      ({ gatewayId, natGatewayId }) => (gatewayId === undefined) !== (natGatewayId === undefined),
      "exactly one target: gatewayId or natGatewayId",
    ),
  immutable: ["routeTableId", "destinationCidrBlock"],
  computed: ["origin", "state"],
  identity: (inputs) => `${inputs.routeTableId}/${inputs.destinationCidrBlock}`,
  taken: "RouteAlreadyExists",
  references: [
    { property: "routeTableId", types: [routeTable.type], missing: "InvalidRouteTableID.NotFound" },
    { property: "gatewayId", types: [internetGateway.type], missing: "InvalidGatewayID.NotFound" },
    { property: "natGatewayId", types: [natGateway.type], missing: "InvalidNatGatewayID.NotFound" },
  ],
  seconds: seconds.immediate,
  permissions: {
    create: "ec2:CreateRoute",
    update: "ec2:ReplaceRoute",
    delete: "ec2:DeleteRoute",
    read: "ec2:DescribeRouteTables",
  },
  create: (_inputs, context) => ({ id: idFor("r-rtb-", context), outputs: { origin: "CreateRoute", state: "active" } }),
});

export const routeTableAssociation: ResourceDefinition = defineResource({
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  source: "EC2 API AssociateRouteTable",
  inputs: z.strictObject({ routeTableId: z.string(), subnetId: z.string() }),
  immutable: ["subnetId"],
  computed: [],
  identity: (inputs) => inputs.subnetId,
  taken: "Resource.AlreadyAssociated",
  references: [
    {
      property: "routeTableId",
      types: [routeTable.type],
      missing: "InvalidRouteTableID.NotFound",
      inUse: "DependencyViolation",
    },
    { property: "subnetId", types: [subnet.type], missing: "InvalidSubnetID.NotFound" },
  ],
  seconds: seconds.immediate,
  permissions: {
    create: "ec2:AssociateRouteTable",
    update: "ec2:ReplaceRouteTableAssociation",
    delete: "ec2:DisassociateRouteTable",
    read: "ec2:DescribeRouteTables",
  },
  create: (_inputs, context) => ({ id: idFor("rtbassoc-", context), outputs: {} }),
});

/** Endpoints of the gateway kind: Amazon VPC user guide, "Gateway endpoints". */
const gatewayServices = ["s3", "dynamodb"];

export const vpcEndpoint: ResourceDefinition = defineResource({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  source: "EC2 API CreateVpcEndpoint; only endpoints of the gateway kind are simulated",
  inputs: z.strictObject({
    vpcId: z.string(),
    serviceName: z.string(),
    vpcEndpointType: z.literal("Gateway"),
    routeTableIds: z.array(z.string()).optional(),
    tags,
  }),
  immutable: ["vpcId", "serviceName", "vpcEndpointType"],
  computed: ["arn", "prefixListId", "state", "tagsAll"],
  identity: (inputs) => `${inputs.vpcId}/${inputs.serviceName}`,
  taken: "RouteAlreadyExists",
  references: [
    { property: "vpcId", types: [vpc.type], missing: "InvalidVpcId.NotFound", inUse: "DependencyViolation" },
    { property: "routeTableIds[]", types: [routeTable.type], missing: "InvalidRouteTableId.NotFound" },
  ],
  seconds: { create: 6, delete: 6 },
  permissions: {
    create: "ec2:CreateVpcEndpoint",
    update: "ec2:ModifyVpcEndpoint",
    delete: "ec2:DeleteVpcEndpoints",
    read: "ec2:DescribeVpcEndpoints",
  },
  create: (inputs, context) => {
    const region = regionOf(context.config);
    if (!gatewayServices.some((service) => inputs.serviceName === `com.amazonaws.${region}.${service}`)) {
      throw new CloudError("InvalidServiceName", `The Vpc Endpoint Service '${inputs.serviceName}' does not exist`);
    }
    const id = idFor("vpce-", context);
    return {
      id,
      outputs: {
        arn: arn("ec2", region, `vpc-endpoint/${id}`),
        prefixListId: id.replace("vpce-", "pl-").slice(0, 11),
        state: "available",
        ...tagsAll(inputs, context.config),
      },
    };
  },
});

/** True when what runs in a subnet reaches the internet: its route table has a route to everywhere that works. */
export function hasWayOut(world: World, subnetId: string): boolean {
  const ready = (type: string) => world.list(type).filter(({ readyAt }) => readyAt <= world.now());
  const association = ready(routeTableAssociation.type).find(({ inputs }) => inputs.subnetId === subnetId);
  return ready(route.type).some(
    ({ inputs }) =>
      inputs.routeTableId === association?.inputs.routeTableId && inputs.destinationCidrBlock === "0.0.0.0/0",
  );
}
