// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as eks from "@pulumi/aws/eks";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { checkAdministrators, principalKey } from "./cluster-validation";

export interface AdministratorsArgs {
  readonly clusterName: pulumi.Input<string>;
  /** ARNs of IAM roles and users, each once. */
  readonly principals: readonly string[];
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Who administers a cluster besides the principal that created it: an access entry for each, with EKS's own policy. What
 * is made in the cluster depends on them, so that somebody who destroys the stack by such an entry keeps access until
 * that is gone.
 *
 * @throws pulumi.InputPropertyError
 */
export class Administrators extends pulumi.ComponentResource {
  constructor(name: string, args: AdministratorsArgs, opts?: pulumi.ComponentResourceOptions) {
    checkAdministrators(args.principals);
    super("trinity:aws:Administrators", name, {}, opts);
    const { partition } = getPartitionOutput({}, { parent: this });
    for (const principalArn of args.principals) {
      const key = principalKey(principalArn);
      const entry = new eks.AccessEntry(
        `${name}-${key}`,
        { clusterName: args.clusterName, principalArn, tags: args.tags },
        { parent: this },
      );
      new eks.AccessPolicyAssociation(
        `${name}-${key}-admin`,
        {
          clusterName: args.clusterName,
          principalArn: entry.principalArn,
          policyArn: pulumi.interpolate`arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
          accessScope: { type: "cluster" },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
