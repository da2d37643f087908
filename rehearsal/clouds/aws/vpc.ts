import { z } from "zod";
import { type CallContext, defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { CloudRecord } from "../kernel/world";
import { accountId, arn, regionOf } from "./account";
import { addressRange, idFor, network, tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { zones } from "./zones";

/** Networks that an account may have in a region, unless more are granted (Amazon VPC quotas). */
const vpcQuota = 5;

export const vpc: ResourceDefinition = defineResource({
  type: "aws:ec2/vpc:Vpc",
  source: "EC2 API CreateVpc, DeleteVpc; Amazon VPC user guide, quotas",
  inputs: z.strictObject({
    cidrBlock: network(28, 16),
    enableDnsSupport: z.boolean().optional(),
    enableDnsHostnames: z.boolean().optional(),
    tags,
  }),
  immutable: ["cidrBlock"],
  computed: ["arn", "ownerId", "mainRouteTableId", "defaultSecurityGroupId", "tagsAll"],
  seconds: seconds.network,
  permissions: {
    create: "ec2:CreateVpc",
    update: "ec2:ModifyVpcAttribute",
    delete: "ec2:DeleteVpc",
    read: "ec2:DescribeVpcs",
  },
  create: (inputs, context) => {
    if (context.previous === undefined && context.world.list(vpc.type).length >= vpcQuota) {
      throw new CloudError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
    }
    const id = idFor("vpc-", context);
    return {
      id,
      outputs: {
        arn: arn("ec2", regionOf(context.config), `vpc/${id}`),
        ownerId: accountId,
        mainRouteTableId: id.replace("vpc-", "rtb-"),
        defaultSecurityGroupId: id.replace("vpc-", "sg-"),
        ...tagsAll(inputs, context.config),
      },
    };
  },
});

export const subnet: ResourceDefinition = defineResource({
  type: "aws:ec2/subnet:Subnet",
  source: "EC2 API CreateSubnet, DeleteSubnet",
  inputs: z.strictObject({
    vpcId: z.string(),
    cidrBlock: network(28, 16),
    availabilityZone: z.string(),
    mapPublicIpOnLaunch: z.boolean().optional(),
    tags,
  }),
  immutable: ["vpcId", "cidrBlock", "availabilityZone"],
  computed: ["arn", "availabilityZoneId", "ownerId", "tagsAll"],
  references: [
    {
      property: "vpcId",
      types: ["aws:ec2/vpc:Vpc"],
      missing: "InvalidVpcID.NotFound",
      inUse: "DependencyViolation",
    },
  ],
  seconds: seconds.immediate,
  permissions: {
    create: "ec2:CreateSubnet",
    update: "ec2:ModifySubnetAttribute",
    delete: "ec2:DeleteSubnet",
    read: "ec2:DescribeSubnets",
  },
  create: (inputs, context) => {
    const region = regionOf(context.config);
    checkZone(inputs.availabilityZone, region);
    checkAddresses(inputs, context);
    const id = idFor("subnet-", context);
    const zone = zones[region]?.find(({ name }) => name === inputs.availabilityZone);
    return {
      id,
      outputs: {
        arn: arn("ec2", region, `subnet/${id}`),
        availabilityZoneId: zone?.id,
        ownerId: accountId,
        ...tagsAll(inputs, context.config),
      },
    };
  },
});

function checkZone(zone: string, region: string): void {
  if (zones[region]?.some(({ name }) => name === zone) !== true) {
    throw new CloudError(
      "InvalidParameterValue",
      `Value (${zone}) for parameter availabilityZone is invalid. Subnets can only be created in the zones of ${region}.`,
    );
  }
}

function checkAddresses(
  subnetInputs: { readonly vpcId: string; readonly cidrBlock: string },
  { world, previous }: CallContext & { readonly previous?: CloudRecord },
): void {
  const { vpcId, cidrBlock } = subnetInputs;
  const own = addressRange(cidrBlock);
  const whole = addressRange(String(world.find(vpc.type, vpcId)?.inputs.cidrBlock));
  if (own === undefined || whole === undefined || own.first < whole.first || own.last > whole.last) {
    throw new CloudError("InvalidSubnet.Range", `The CIDR '${cidrBlock}' is invalid: it is not within its VPC.`);
  }
  for (const other of world.list(subnet.type)) {
    const range = addressRange(String(other.inputs.cidrBlock));
    const neighbour = other.inputs.vpcId === vpcId && other.id !== previous?.id;
    if (neighbour && range !== undefined && own.first <= range.last && range.first <= own.last) {
      throw new CloudError("InvalidSubnet.Conflict", `The CIDR '${cidrBlock}' conflicts with subnet ${other.id}`);
    }
  }
}
