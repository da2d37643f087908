import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { accountId, arn, regionOf } from "./account";
import { idFor, tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { subnet, vpc } from "./vpc";

/** Elastic IP addresses that an account may have in a region, unless more are granted (EC2 user guide, "Elastic IP address quota"). */
const addressQuota = 5;

export const internetGateway: ResourceDefinition = defineResource({
  type: "aws:ec2/internetGateway:InternetGateway",
  source: "EC2 API AttachInternetGateway, DetachInternetGateway",
  inputs: z.strictObject({ vpcId: z.string(), tags }),
  immutable: [],
  computed: ["arn", "ownerId", "tagsAll"],
  identity: (inputs) => inputs.vpcId,
  taken: "Resource.AlreadyAssociated",
  references: [
    { property: "vpcId", types: [vpc.type], missing: "InvalidVpcID.NotFound", inUse: "DependencyViolation" },
  ],
  seconds: seconds.immediate,
  permissions: {
    create: "ec2:CreateInternetGateway",
    update: "ec2:CreateTags",
    delete: "ec2:DeleteInternetGateway",
    read: "ec2:DescribeInternetGateways",
  },
  verifyDelete: (record, { world }) => {
    const vpcId = record.inputs.vpcId;
    const mapped = world
      .list(natGateway.type)
      .some((nat) => world.find(subnet.type, String(nat.inputs.subnetId))?.inputs.vpcId === vpcId);
    if (mapped) {
      throw new CloudError(
        "DependencyViolation",
        `Network ${String(vpcId)} has some mapped public address(es). Please unmap those public address(es) before ` +
          `detaching the gateway.`,
      );
    }
  },
  create: (inputs, context) => {
    const id = idFor("igw-", context);
    return {
      id,
      outputs: {
        arn: arn("ec2", regionOf(context.config), `internet-gateway/${id}`),
        ownerId: accountId,
        ...tagsAll(inputs, context.config),
      },
    };
  },
});

export const elasticIp: ResourceDefinition = defineResource({
  type: "aws:ec2/eip:Eip",
  source: "EC2 API AllocateAddress, ReleaseAddress",
  inputs: z.strictObject({ domain: z.literal("vpc"), tags }),
  immutable: ["domain"],
  computed: ["allocationId", "arn", "publicIp", "publicDns", "tagsAll"],
  seconds: seconds.immediate,
  permissions: {
    create: "ec2:AllocateAddress",
    update: "ec2:CreateTags",
    delete: "ec2:ReleaseAddress",
    read: "ec2:DescribeAddresses",
  },
  create: (inputs, context) => {
    const { world, config, previous } = context;
    const taken = world.list(elasticIp.type);
    if (previous === undefined && taken.length >= addressQuota) {
      throw new CloudError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
    }
    const id = idFor("eipalloc-", context);
    // 203.0.113.0/24 is for documentation (RFC 5737).
    const publicIp = `203.0.113.${parseInt(id.slice(-2), 16)}`;
    return {
      id,
      outputs: {
        allocationId: id,
        arn: arn("ec2", regionOf(config), `elastic-ip/${id}`),
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.compute-1.amazonaws.com`,
        ...tagsAll(inputs, config),
      },
    };
  },
});

export const natGateway: ResourceDefinition = defineResource({
  type: "aws:ec2/natGateway:NatGateway",
  source: 'EC2 API CreateNatGateway; Amazon VPC user guide, "Troubleshoot NAT gateways"',
  inputs: z.strictObject({ subnetId: z.string(), allocationId: z.string(), tags }),
  immutable: ["subnetId", "allocationId"],
  computed: ["associationId", "networkInterfaceId", "privateIp", "publicIp", "connectivityType", "tagsAll"],
  identity: (inputs) => inputs.allocationId,
  taken: "Resource.AlreadyAssociated",
  references: [
    {
      property: "subnetId",
      types: [subnet.type],
      missing: "InvalidSubnetID.NotFound",
      inUse: "DependencyViolation",
    },
    {
      property: "allocationId",
      types: [elasticIp.type],
      missing: "InvalidAllocationID.NotFound",
      inUse: "InvalidIPAddress.InUse",
    },
  ],
  seconds: seconds.natGateway,
  permissions: {
    create: "ec2:CreateNatGateway",
    update: "ec2:CreateTags",
    delete: "ec2:DeleteNatGateway",
    read: "ec2:DescribeNatGateways",
  },
  create: (inputs, context) => {
    const { world, config } = context;
    const vpcId = world.find(subnet.type, inputs.subnetId)?.inputs.vpcId;
    const gateway = world.list(internetGateway.type).find((item) => item.inputs.vpcId === vpcId);
    if (gateway === undefined || gateway.readyAt > world.now()) {
      throw new CloudError("Gateway.NotAttached", `Network ${String(vpcId)} has no Internet gateway attached`);
    }
    const id = idFor("nat-", context);
    return {
      id,
      outputs: {
        associationId: id.replace("nat-", "eipassoc-"),
        networkInterfaceId: id.replace("nat-", "eni-"),
        privateIp: "10.0.192.10",
        publicIp: world.find(elasticIp.type, inputs.allocationId)?.outputs.publicIp,
        connectivityType: "public",
        ...tagsAll(inputs, config),
      },
    };
  },
});
