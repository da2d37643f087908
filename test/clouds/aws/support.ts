import type { TestContext } from "node:test";
import { provider as definition } from "../../../rehearsal/clouds/aws/provider";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import { plainProperties, type Properties } from "../../../rehearsal/clouds/kernel/values";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import { temporaryWorld } from "../../support/simulation";

/** A resource in the simulated cloud. */
export interface Made {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly properties: Properties;
}

/** Short names of the types. */
export const types = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  eip: "aws:ec2/eip:Eip",
  nat: "aws:ec2/natGateway:NatGateway",
  routeTable: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  role: "aws:iam/role:Role",
  policy: "aws:iam/policy:Policy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  issuer: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  bucket: "aws:s3/bucket:Bucket",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  publicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  key: "aws:kms/key:Key",
  alias: "aws:kms/alias:Alias",
  logs: "aws:cloudwatch/logGroup:LogGroup",
  repository: "aws:ecr/repository:Repository",
  lifecycle: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  repositoryPolicy: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  cluster: "aws:eks/cluster:Cluster",
  nodes: "aws:eks/nodeGroup:NodeGroup",
  addOn: "aws:eks/addon:Addon",
  entry: "aws:eks/accessEntry:AccessEntry",
  entryPolicy: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
} as const;

export type TypeName = keyof typeof types;

/** A simulated AWS of its own for one test; it is gone when the test ends. */
export class TestCloud {
  readonly world: World;
  private readonly provider: SimulatedProvider;
  private count = 0;

  constructor(context: TestContext, region = "us-east-1") {
    const world = temporaryWorld(context, "aws");
    this.world = world;
    this.provider = new SimulatedProvider(definition, "7.48.0", world.folder);
    this.provider.configure({ region });
  }

  /** Faults that a preview finds in the inputs: `property: reason`. */
  faults(type: TypeName, inputs: Properties): string[] {
    return this.checked(this.urn(type), inputs).failures.map(({ property, reason }) => `${property}: ${reason}`);
  }

  /** Checks and creates. @throws Error with the faults, or the cloud's refusal */
  async create(type: TypeName, inputs: Properties): Promise<Made> {
    const urn = this.urn(type);
    const checked = this.checked(urn, inputs);
    if (checked.failures.length > 0) {
      throw new Error(checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
    }
    const { id, properties } = await this.provider.create(urn, checked.inputs, false);
    return { urn, id, inputs: checked.inputs, properties: plainProperties(properties) };
  }

  /** Changes in place. @returns the resource as it is then */
  async update(made: Made, change: Properties): Promise<Made> {
    const inputs = { ...made.inputs, ...change };
    const properties = await this.provider.update(made.urn, made.id, made.inputs, inputs, false);
    return { ...made, inputs, properties: plainProperties(properties) };
  }

  /** Properties whose change replaces the resource, of those changed. */
  replaced(made: Made, change: Properties): string[] {
    return this.provider.diff(made.urn, made.inputs, { ...made.inputs, ...change }).replaced;
  }

  async delete(made: Made): Promise<void> {
    await this.provider.delete(made.urn, made.id);
  }

  invoke(token: string, inputs: Properties): Properties {
    return this.provider.invoke(token, inputs);
  }

  private checked(urn: string, inputs: Properties) {
    return this.provider.check(urn, {}, inputs, Buffer.from(urn));
  }

  private urn(type: TypeName): string {
    this.count += 1;
    return `urn:pulumi:test::trinity::${types[type]}::${type}-${this.count}`;
  }
}

/** A network with subnets in several zones, routed to the internet. */
export async function makeNetwork(cloud: TestCloud, zones: readonly string[] = ["us-east-1a", "us-east-1b"]) {
  const vpc = await cloud.create("vpc", {
    cidrBlock: "10.0.0.0/16",
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
  const gateway = await cloud.create("internetGateway", { vpcId: vpc.id });
  const table = await cloud.create("routeTable", { vpcId: vpc.id });
  const route = await cloud.create("route", {
    routeTableId: table.id,
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: gateway.id,
  });
  const subnets: Made[] = [];
  const associations: Made[] = [];
  for (const [index, availabilityZone] of zones.entries()) {
    const subnet = await cloud.create("subnet", { vpcId: vpc.id, cidrBlock: `10.0.${index}.0/24`, availabilityZone });
    subnets.push(subnet);
    associations.push(await cloud.create("association", { routeTableId: table.id, subnetId: subnet.id }));
  }
  return { vpc, gateway, table, route, subnets, associations, subnetIds: subnets.map(({ id }) => id) };
}

/** A trust policy for a service. */
export function trust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

/** A role with AWS's own policies. */
export async function makeRole(cloud: TestCloud, name: string, service: string, policies: readonly string[]) {
  const role = await cloud.create("role", { name, assumeRolePolicy: trust(service) });
  const attachments: Made[] = [];
  for (const policy of policies) {
    attachments.push(
      await cloud.create("attachment", { role: role.id, policyArn: `arn:aws:iam::aws:policy/${policy}` }),
    );
  }
  return { role, attachments, arn: String(role.properties.arn) };
}

/** Inputs of a cluster that EKS takes, with what they need. */
export async function clusterInputs(cloud: TestCloud) {
  const network = await makeNetwork(cloud);
  const control = await makeRole(cloud, "control", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
  const inputs = {
    name: "test",
    version: "1.34",
    roleArn: control.arn,
    vpcConfig: { subnetIds: network.subnetIds },
    accessConfig: { authenticationMode: "API" },
  };
  return { inputs, network, control };
}

export const nodePolicies = [
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryPullOnly",
] as const;

/** A cluster, and inputs of a node group that EKS takes. */
export async function nodeInputs(cloud: TestCloud) {
  const made = await clusterInputs(cloud);
  const cluster = await cloud.create("cluster", made.inputs);
  const nodeRole = await makeRole(cloud, "nodes", "ec2.amazonaws.com", nodePolicies);
  const template = await cloud.create("template", { instanceType: "m7i.large", updateDefaultVersion: true });
  const inputs = {
    clusterName: cluster.id,
    version: "1.34",
    amiType: "AL2023_x86_64_STANDARD",
    nodeRoleArn: nodeRole.arn,
    subnetIds: made.network.subnetIds,
    launchTemplate: { id: template.id, version: "1" },
    scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
  };
  return { ...made, cluster, nodeRole, template, inputs };
}
