// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { checkNodeCounts } from "../node-counts";
import { amiType } from "./ami-type";
import { ServiceRole } from "./service-role";

export interface NodesArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Kubernetes minor version; the nodes follow the control plane. */
  readonly kubernetesVersion: string;
  /** Private subnets with a way out, one a zone. */
  readonly subnetIds: pulumi.Input<string[]>;
  /** Name in IAM of the role that the nodes run as. */
  readonly roleName: string;
  /** What the node group's name in EKS begins with; Pulumi adds 8 characters, for which 55 leave room. */
  readonly groupName: string;
  /**
   * EC2 instance type, for instance `m7i.large`. A change replaces the nodes one after another, drained first; one between
   * x86 and ARM replaces the whole group, a new one first, since a group's image type cannot change.
   */
  readonly instanceType: string;
  /**
   * How many run at first, and at least, in all zones together. Nothing here scales: from then on the number is left to
   * whoever or whatever does, and EKS refuses a minimum above it.
   */
  readonly minimum: number;
  /** How many may run. */
  readonly maximum: number;
  /** Tags on every resource, instances and volumes included. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a node may do (AWS managed policy reference). */
const nodePolicies = {
  worker: "AmazonEKSWorkerNodePolicy",
  network: "AmazonEKS_CNI_Policy",
  // Pulls, and nothing else of ECR: ReadOnly would also list every repository, tag and scan finding of the account.
  pull: "AmazonEC2ContainerRegistryPullOnly",
};

/** Gibibytes for a node's system, images and ephemeral storage. */
const diskGibibytes = 50;

/** The nodes of an EKS cluster: a managed node group from a launch template. @throws pulumi.InputPropertyError */
export class Nodes extends pulumi.ComponentResource {
  /** What needs running nodes waits for this. */
  readonly group: eks.NodeGroup;

  constructor(name: string, args: NodesArgs, opts?: pulumi.ComponentResourceOptions) {
    checkNodeCounts(args, "minimum");
    // Without inputs, for which its children would wait: the role and the template need no cluster.
    super("trinity:aws:Nodes", name, {}, opts);
    const tags = { ...args.tags, Name: name };

    const role = new ServiceRole(
      `${name}-role`,
      {
        roleName: args.roleName,
        description: "Nodes of an EKS cluster",
        service: "ec2.amazonaws.com",
        trustedActions: ["sts:AssumeRole"],
        policies: nodePolicies,
        tags: args.tags,
      },
      { parent: this },
    );

    // The instance type stands here, not in the node group: there every change would replace the group, here EKS rolls
    // the nodes (EKS API UpdateNodegroupVersion) as long as the image type, which cannot change, stays the same.
    const template = new ec2.LaunchTemplate(
      `${name}-template`,
      {
        instanceType: args.instanceType,
        updateDefaultVersion: true,
        // Session tokens only, and none for pods: with two hops a pod could take over the node's role.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: { volumeType: "gp3", volumeSize: diskGibibytes, encrypted: "true", deleteOnTermination: "true" },
          },
        ],
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
        tags,
      },
      { parent: this },
    );
    this.group = new eks.NodeGroup(
      args.groupName,
      {
        clusterName: args.clusterName,
        version: args.kubernetesVersion,
        amiType: amiType(args.instanceType),
        nodeRoleArn: role.arn,
        subnetIds: args.subnetIds,
        launchTemplate: {
          id: template.id,
          version: template.latestVersion.apply((version) => version.toString()),
        },
        scalingConfig: { minSize: args.minimum, desiredSize: args.minimum, maxSize: args.maximum },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        tags: args.tags,
      },
      // The first number only: a later one would take a scaler's nodes away (EKS API NodegroupScalingConfig, desiredSize).
      { parent: this, ignoreChanges: ["scalingConfig.desiredSize"] },
    );
    this.registerOutputs({ group: this.group });
  }
}
