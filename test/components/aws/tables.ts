import type { MockTables, Properties } from "../../support/mocks";

const account = "123456789012";

function arnOf(service: string, resource: string): string {
  return `arn:aws:${service}:us-east-1:${account}:${resource}`;
}

/** What the components of AWS read of the resources that they declare, and nothing else. */
export const awsTables: MockTables = {
  resources: {
    "aws:ec2/vpc:Vpc": () => ({}),
    "aws:ec2/subnet:Subnet": () => ({}),
    "aws:ec2/internetGateway:InternetGateway": () => ({}),
    "aws:ec2/eip:Eip": () => ({}),
    "aws:ec2/natGateway:NatGateway": () => ({}),
    "aws:ec2/routeTable:RouteTable": () => ({}),
    "aws:ec2/route:Route": () => ({}),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": () => ({}),
    "aws:ec2/vpcEndpoint:VpcEndpoint": () => ({}),
    "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 3 }),
    "aws:iam/role:Role": (inputs) => ({ arn: arnOf("iam", `role/${String(inputs.name)}`) }),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": () => ({}),
    "aws:kms/key:Key": () => ({ arn: arnOf("kms", "key/0") }),
    "aws:kms/alias:Alias": () => ({}),
    "aws:cloudwatch/logGroup:LogGroup": () => ({}),
    "aws:ecr/repository:Repository": (inputs) => ({
      repositoryUrl: `${account}.dkr.ecr.us-east-1.amazonaws.com/${String(inputs.name)}`,
    }),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": () => ({}),
    "aws:eks/nodeGroup:NodeGroup": () => ({}),
    "aws:eks/addon:Addon": () => ({}),
    "aws:eks/accessEntry:AccessEntry": () => ({}),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": () => ({}),
    "eks:index:Cluster": (inputs: Properties) => ({
      eksCluster: {
        name: inputs.name,
        endpoint: "https://api.example",
        certificateAuthority: { data: "Y2E=" },
      },
    }),
  },
  functions: {
    "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com" }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: account }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
      names: ["us-east-1a", "us-east-1b", "us-east-1d", "us-east-1e"],
    }),
  },
};

export const tags = { project: "trinity", env: "dev" };

/** A preview in which the roles exist and no policy is attached yet: an attachment's id is unknown. */
export const previewOfAttachments: MockTables = {
  ...awsTables,
  preview: true,
  resources: { ...awsTables.resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment": () => ({ id: "" }) },
};
