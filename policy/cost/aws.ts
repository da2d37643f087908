import { at } from "../value";
import { type CloudPricing, count, type Item, type PricedResource, text } from "./item";

/** What AWS charges for the resources of a stack. */
export const awsPricing: CloudPricing = {
  byType: {
    "aws:eks/cluster:Cluster": (cluster) => [
      { what: "EKS control plane", price: "EKS cluster", quantity: 1 },
      ...(at(cluster, "upgradePolicy", "supportType") === "STANDARD"
        ? []
        : [{ unpriced: "EKS extended support, once the version's standard support ends" }]),
    ],
    "aws:eks/nodeGroup:NodeGroup": nodes,
    "aws:ec2/natGateway:NatGateway": () => [{ what: "NAT gateway", price: "NAT gateway", quantity: 1 }],
    "aws:ec2/eip:Eip": () => [{ what: "public IPv4 address", price: "public IPv4 address", quantity: 1 }],
    "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
    "aws:kms/key:Key": () => [{ what: "KMS key", price: "KMS key", quantity: 1 }],
  },
  byUse: {
    "aws:cloudwatch/logGroup:LogGroup": "logs: by what is written and kept",
    "aws:ecr/repository:Repository": "images: by what is stored",
    "aws:s3/bucket:Bucket": "bucket: by what is stored and asked for",
    "aws:s3/bucketV2:BucketV2": "bucket: by what is stored and asked for",
  },
  free: [
    "aws:ec2/internetGateway:",
    "aws:ec2/launchTemplate:",
    "aws:ec2/route:",
    "aws:ec2/routeTable:",
    "aws:ec2/routeTableAssociation:",
    "aws:ec2/securityGroup",
    "aws:ec2/subnet:",
    "aws:ec2/vpc:",
    "aws:ecr/lifecyclePolicy:",
    "aws:ecr/repositoryPolicy:",
    "aws:eks/accessEntry:",
    "aws:eks/accessPolicyAssociation:",
    "aws:eks/addon:",
    "aws:eks/podIdentityAssociation:",
    "aws:iam/",
    "aws:kms/alias:",
    "aws:s3/bucketOwnershipControls",
    "aws:s3/bucketPolicy",
    "aws:s3/bucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning",
  ],
  besides: ["traffic between zones, through NAT gateways and to the internet", "load balancers that the cluster makes"],
};

/** A gateway endpoint costs nothing, an interface endpoint by the hour and by traffic (aws.amazon.com/privatelink/pricing). */
function endpoint(properties: Readonly<Record<string, unknown>>): Item[] {
  return at(properties, "vpcEndpointType") === "Gateway" ? [] : [{ unpriced: "interface endpoint of the network" }];
}

function nodes(group: Readonly<Record<string, unknown>>, all: readonly PricedResource[]): Item[] {
  const minimum = count(at(group, "scalingConfig", "minSize"));
  const template = onlyTemplate(all);
  const type = text(at(group, "instanceTypes", 0)) ?? text(at(template, "instanceType"));
  if (minimum === undefined || type === undefined) {
    return [{ unpriced: "nodes: their number or instance type is not known" }];
  }
  if (at(group, "capacityType") === "SPOT") {
    return [{ unpriced: `${minimum} nodes ${type} at spot prices` }];
  }
  const disk = at(template, "blockDeviceMappings", 0, "ebs");
  const size = count(at(disk, "volumeSize")) ?? count(at(group, "diskSize"));
  const volume = text(at(disk, "volumeType"));
  return [
    { what: `${minimum} nodes ${type}`, price: type, quantity: minimum },
    size === undefined || volume === undefined
      ? { unpriced: `disks of ${minimum} nodes` }
      : { what: `disks of ${minimum} nodes, ${size} GiB`, price: volume, quantity: minimum * size },
  ];
}

/** Which template a group has is known only once it exists; a stack of the platform has one. */
function onlyTemplate(all: readonly PricedResource[]): Readonly<Record<string, unknown>> | undefined {
  const templates = all.filter(({ type }) => type === "aws:ec2/launchTemplate:LaunchTemplate");
  return templates.length === 1 ? templates[0]?.properties : undefined;
}
