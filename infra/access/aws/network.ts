import { type AwsGrant, inRegion, provider, tagged, taggedAtCreation } from "./grants";

const everything = ["*"];

function ec2(...types: readonly string[]): readonly string[] {
  return types.map((type) => `arn:{partition}:ec2:{region}:{account}:${type}/*`);
}

/** EC2 narrows descriptions to no resource, but for those of attributes. */
export const networkReads: readonly AwsGrant[] = [
  {
    actions: [
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeNatGateways",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
    ],
    resources: everything,
    conditions: inRegion,
    because: "recorded",
  },
  {
    // Domain names of addresses; a network's default list of rules and group; endpoints' prefix lists.
    actions: [
      "ec2:DescribeAddressesAttribute",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribePrefixLists",
      "ec2:DescribeSecurityGroups",
    ],
    resources: everything,
    conditions: inRegion,
    because: provider("ec2 (resourceEIPRead, resourceLaunchTemplateRead, resourceVPCRead, resourceVPCEndpointRead)"),
  },
  {
    actions: ["ec2:DescribeVpcAttribute"],
    resources: ec2("vpc"),
    conditions: tagged,
    because: provider("ec2 (resourceVPCRead)"),
  },
];

export const networkWrites: readonly AwsGrant[] = [
  {
    actions: [
      "ec2:AllocateAddress",
      "ec2:CreateInternetGateway",
      "ec2:CreateLaunchTemplate",
      "ec2:CreateNatGateway",
      "ec2:CreateRouteTable",
      "ec2:CreateSubnet",
      "ec2:CreateVpc",
      "ec2:CreateVpcEndpoint",
    ],
    resources: ec2(
      "elastic-ip",
      "internet-gateway",
      "launch-template",
      "natgateway",
      "route-table",
      "subnet",
      "vpc",
      "vpc-endpoint",
    ),
    conditions: taggedAtCreation,
    because: "recorded",
  },
  {
    // Those that create something are asked once more for what it is made in, which is the stack's own.
    actions: [
      "ec2:AssociateRouteTable",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:CreateNatGateway",
      "ec2:CreateRoute",
      "ec2:CreateRouteTable",
      "ec2:CreateSubnet",
      "ec2:CreateVpcEndpoint",
      "ec2:DeleteInternetGateway",
      "ec2:DeleteLaunchTemplate",
      "ec2:DeleteNatGateway",
      "ec2:DeleteRoute",
      "ec2:DeleteRouteTable",
      "ec2:DeleteSubnet",
      "ec2:DeleteVpc",
      "ec2:DeleteVpcEndpoints",
      "ec2:DisassociateRouteTable",
      "ec2:ModifySubnetAttribute",
      "ec2:ModifyVpcAttribute",
      "ec2:ModifyVpcEndpoint",
      "ec2:ReleaseAddress",
    ],
    resources: ec2("*"),
    conditions: tagged,
    because: "recorded",
  },
  {
    actions: [
      "ec2:AttachInternetGateway",
      "ec2:DetachInternetGateway",
      "ec2:DisassociateAddress",
      "ec2:ModifyLaunchTemplate",
      "ec2:ReplaceRoute",
      "ec2:ReplaceRouteTableAssociation",
    ],
    resources: ec2("*"),
    conditions: tagged,
    because: provider(
      "ec2 (internet_gateway.go, ec2_eip.go, ec2_launch_template.go, vpc_route.go, vpc_route_table_association.go)",
    ),
  },
  {
    actions: ["ec2:DescribeNetworkInterfaces"],
    resources: everything,
    conditions: inRegion,
    because: provider("ec2 (resourceSubnetDelete looks for what services left in it)"),
  },
  {
    actions: ["ec2:CreateTags"],
    resources: ec2("*"),
    conditions: {
      StringEquals: {
        ...taggedAtCreation.StringEquals,
        "ec2:CreateAction": [
          "AllocateAddress",
          "CreateInternetGateway",
          "CreateLaunchTemplate",
          "CreateNatGateway",
          "CreateRouteTable",
          "CreateSubnet",
          "CreateVpc",
          "CreateVpcEndpoint",
          "RunInstances",
        ],
      },
    },
    because: { source: 'Amazon EC2 user guide, "Grant permission to tag Amazon EC2 resources during creation"' },
  },
  {
    // Other tags than those that say whose it is: nothing moves into this policy's reach, nor out of it.
    actions: ["ec2:CreateTags", "ec2:DeleteTags"],
    resources: ec2("*"),
    conditions: { ...tagged, "ForAllValues:StringNotEquals": { "aws:TagKeys": ["project", "env"] } },
    because: provider("ec2 (updateTags)"),
  },
];

const launchTemplates = {
  source:
    'EKS API CreateNodegroup: "not authorized to launch instances with this launch template" without; Amazon EC2 Auto ' +
    'Scaling user guide, "Control Amazon EC2 launch template usage"',
};

/** Nodes are launched by EKS, from the stack's launch template, in the name of whoever makes the node group. */
export const nodeLaunches: readonly AwsGrant[] = [
  {
    actions: ["ec2:RunInstances"],
    resources: ec2("launch-template"),
    conditions: tagged,
    because: launchTemplates,
  },
  {
    actions: ["ec2:RunInstances"],
    resources: [
      "arn:{partition}:ec2:{region}::image/*",
      ...ec2("instance", "network-interface", "security-group", "subnet", "volume"),
    ],
    conditions: { ArnLike: { "ec2:LaunchTemplate": ec2("launch-template") } },
    because: launchTemplates,
  },
];
