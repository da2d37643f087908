// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

export interface ClusterMemberArgs {
  readonly clusterName: pulumi.Input<string>;
  /** ARN of an IAM role, which has no other access entry in the cluster. */
  readonly principalArn: string;
  /** Kubernetes groups that it is in; none may begin with `system:`. */
  readonly groups: readonly string[];
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Who may be somebody in a cluster, without any right of EKS's own: Kubernetes says what its groups may do. */
export class ClusterMember extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterMemberArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:aws:ClusterMember", name, {}, opts);
    new eks.AccessEntry(
      `${name}-entry`,
      {
        clusterName: args.clusterName,
        principalArn: args.principalArn,
        kubernetesGroups: [...args.groups],
        tags: args.tags,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
