// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as kms from "@pulumi/aws/kms";
import { Cluster as ManagedControlPlane } from "@pulumi/eks/cluster";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../contracts";
import { Administrators } from "./administrators";
import { checkAdministrators } from "./cluster-validation";
import { eksKubeconfig } from "./kubeconfig";
import { ServiceRole } from "./service-role";

export interface EksClusterArgs {
  /** Name in EKS: 1 to 100 letters, digits, hyphens and underscores. */
  readonly clusterName: string;
  /** Name in IAM of the role that EKS runs the control plane as. */
  readonly roleName: string;
  /** Kubernetes minor version, for instance `1.34`. */
  readonly kubernetesVersion: string;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** Subnets for the control plane's network interfaces: private ones in at least two zones. */
  readonly subnetIds: pulumi.Input<string[]>;
  /** ARNs of the roles and users that administer it, besides the principal that creates it. */
  readonly administrators: readonly string[];
  /** Networks that may reach the API server over the internet. */
  readonly apiServerCidrs: readonly string[];
  /** True: EKS refuses to delete it. */
  readonly deletionProtection: boolean;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Days that the control plane's logs are kept, in CloudWatch. */
const logRetentionDays = 30;

/** Days in which a deleted encryption key can be brought back: 7 to 30 (KMS API ScheduleKeyDeletion). */
const keyDeletionDays = 30;

/**
 * The control plane of an EKS cluster, without nodes: access by access entries only, secrets encrypted with a key of
 * its own, every control-plane log kept. What is made in the cluster depends on the whole component: on the access of
 * those who administer it.
 *
 * @throws pulumi.InputPropertyError
 */
export class EksCluster extends pulumi.ComponentResource implements Cluster {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    checkAdministrators(args.administrators);
    // A component's children wait until its inputs are known, so that it declares none: the key and the role need not
    // wait for the network.
    super("trinity:aws:EksCluster", name, {}, opts);
    const parent = { parent: this };

    const serviceRole = new ServiceRole(
      `${name}-control-plane`,
      {
        roleName: args.roleName,
        description: `Control plane of ${args.clusterName}`,
        service: "eks.amazonaws.com",
        trustedActions: ["sts:AssumeRole", "sts:TagSession"],
        policies: { cluster: "AmazonEKSClusterPolicy" },
        tags: args.tags,
      },
      parent,
    );
    const key = new kms.Key(
      `${name}-secrets`,
      {
        description: `Encrypts the Kubernetes secrets of ${args.clusterName}`,
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays,
        tags: args.tags,
      },
      parent,
    );
    new kms.Alias(`${name}-secrets`, { name: `alias/${args.clusterName}-secrets`, targetKeyId: key.id }, parent);

    // EKS makes this group itself where it is missing, and then keeps the logs for ever.
    const logs = new cloudwatch.LogGroup(
      `${name}-logs`,
      { name: `/aws/eks/${args.clusterName}/cluster`, retentionInDays: logRetentionDays, tags: args.tags },
      parent,
    );

    const cluster = new ManagedControlPlane(
      `${name}-eks`,
      {
        name: args.clusterName,
        version: args.kubernetesVersion,
        vpcId: args.vpcId,
        privateSubnetIds: args.subnetIds,
        serviceRole: serviceRole.role,
        authenticationMode: "API",
        endpointPrivateAccess: true,
        // The public endpoint is EKS's own default. Saying so here would make @pulumi/eks wait until this machine
        // reaches the API server, which takes time that nothing needs: nodes must join first anyway.
        publicAccessCidrs: [...args.apiServerCidrs],
        encryptionConfigKeyArn: key.arn,
        // A dependency of a component does not reach what is inside it, but that of an input does.
        enabledClusterLogTypes: logs.name.apply(() => [
          "api",
          "audit",
          "authenticator",
          "controllerManager",
          "scheduler",
        ]),
        // EXTENDED, EKS's default, costs six times as much once standard support ends. With STANDARD, EKS upgrades.
        upgradePolicy: { supportType: "STANDARD" },
        deletionProtection: args.deletionProtection,
        skipDefaultNodeGroup: true,
        // EKS's own cluster security group connects control plane and managed nodes.
        skipDefaultSecurityGroups: true,
        // Add-ons are in AddOns: here their versions would be looked up anew, and so change, on every run.
        useDefaultVpcCni: true,
        kubeProxyAddonOptions: { enabled: false },
        corednsAddonOptions: { enabled: false },
        tags: args.tags,
      },
      parent,
    );

    const created = cluster.eksCluster;
    // Not by @pulumi/eks, which would remove somebody's access before what is in the cluster, and not an input of the
    // kubeconfig: a preview of one administrator more would not know it, and so replace all that is in the cluster.
    new Administrators(
      `${name}-admin`,
      { clusterName: created.name, principals: args.administrators, tags: args.tags },
      parent,
    );
    this.clusterName = created.name;
    this.endpoint = created.endpoint;
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([created.name, created.endpoint, created.certificateAuthority])
        .apply(([clusterName, endpoint, authority]) =>
          eksKubeconfig({ clusterName, endpoint, certificateAuthority: authority.data, region: args.region }),
        ),
    );
    this.registerOutputs({
      clusterName: this.clusterName,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
    });
  }
}
