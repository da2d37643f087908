// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import { Cluster as ControlPlane, type ClusterArgs } from "@pulumi/aws/eks/cluster";
import type * as iam from "@pulumi/aws/iam";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { checkedArguments, type ClusterArguments } from "./arguments";
import { generateKubeconfig } from "./kubeconfig";
import { ServiceRole } from "./service-role";

/**
 * `eks:index:Cluster` as @pulumi/eks 4.3 makes it, for the arguments that {@link checkedArguments} lets through: the
 * same children, of the same types and names, under the same parents. It does not wait until the API server answers
 * where `endpointPublicAccess` is set: the simulated one does at once.
 * Source: pulumi/pulumi-eks nodejs/eks/cluster/cluster.ts, createCore and createCluster.
 */
export class Cluster extends pulumi.ComponentResource {
  /** What the component hands to the program. */
  readonly state: pulumi.Inputs;

  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, inputs, opts);
    const args = checkedArguments(inputs);
    const parent = { parent: this };
    const tags = (args.tags ?? {}) as pulumi.Input<Record<string, string>>;

    const role =
      args.serviceRole === undefined
        ? this.defaultRole(name, tags)
        : pulumi.output(args.serviceRole as pulumi.Input<iam.Role>);
    const subnetIds = pulumi
      .all([args.publicSubnetIds ?? [], args.privateSubnetIds ?? []])
      .apply(([open, closed]) => [...(open as string[]), ...(closed as string[])]);
    const cluster = new ControlPlane(
      `${name}-eksCluster`,
      {
        ...clusterArgs(args),
        roleArn: role.arn,
        vpcConfig: {
          subnetIds,
          endpointPrivateAccess: args.endpointPrivateAccess as pulumi.Input<boolean>,
          endpointPublicAccess: args.endpointPublicAccess as pulumi.Input<boolean>,
          publicAccessCidrs: args.publicAccessCidrs as pulumi.Input<string[]>,
        },
        tags: pulumi
          .all([tags, (args.clusterTags ?? {}) as pulumi.Input<Record<string, string>>])
          .apply(([own, more]) => ({ Name: `${name}-eksCluster`, ...more, ...own })),
      },
      {
        parent: this,
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
        dependsOn: [role],
      },
    );

    const kubeconfig = pulumi
      .all([cluster.name, cluster.endpoint, cluster.certificateAuthority, cluster.arn])
      .apply(([clusterName, endpoint, authority, arn]) =>
        generateKubeconfig({
          name: clusterName,
          endpoint,
          region: arn.split(":")[3] ?? "",
          authority: authority.data,
        }),
      );
    const provider = new KubernetesProvider(
      `${name}-eks-k8s`,
      { kubeconfig: kubeconfig.apply((value) => JSON.stringify(value)) },
      parent,
    );

    const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs[0]?.issuer ?? "");
    this.state = {
      kubeconfig,
      kubeconfigJson: pulumi.jsonStringify(kubeconfig),
      instanceRoles: [],
      eksCluster: cluster,
      core: {
        cluster,
        vpcId: args.vpcId,
        subnetIds,
        publicSubnetIds: args.publicSubnetIds,
        privateSubnetIds: args.privateSubnetIds,
        endpoint: cluster.endpoint,
        provider,
        kubeconfig,
        instanceRoles: [],
        nodeGroupOptions: { version: args.version },
        storageClasses: {},
        tags: args.tags,
        clusterIamRole: role,
        autoModeNodeRoleName: "",
      },
      clusterSecurityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
      nodeSecurityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
      clusterIngressRuleId: "",
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      oidcProviderArn: "",
      oidcProviderUrl: issuer,
      oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
      autoModeNodeRoleName: "",
    };
    this.registerOutputs(this.state);
  }

  /** The role that it makes where it is given none, once the role's policy is attached. */
  private defaultRole(name: string, tags: pulumi.Input<Record<string, string>>): pulumi.Output<iam.Role> {
    const { partition } = getPartitionOutput({}, { parent: this });
    return new ServiceRole(`${name}-eksRole`, { partition, tags }, { parent: this }).attached;
  }
}

/** The arguments that go to the cluster as they are. */
function clusterArgs(args: ClusterArguments): Omit<ClusterArgs, "roleArn" | "vpcConfig"> {
  const keyArn = args.encryptionConfigKeyArn as pulumi.Input<string> | undefined;
  return {
    name: args.name as pulumi.Input<string>,
    version: args.version as pulumi.Input<string>,
    enabledClusterLogTypes: args.enabledClusterLogTypes as pulumi.Input<string[]>,
    bootstrapSelfManagedAddons: (args.bootstrapSelfManagedAddons ?? true) as pulumi.Input<boolean>,
    encryptionConfig: keyArn === undefined ? undefined : { provider: { keyArn }, resources: ["secrets"] },
    accessConfig: {
      authenticationMode: args.authenticationMode,
      bootstrapClusterCreatorAdminPermissions: true,
    },
    upgradePolicy: args.upgradePolicy as ClusterArgs["upgradePolicy"],
    deletionProtection: args.deletionProtection as pulumi.Input<boolean>,
  };
}
