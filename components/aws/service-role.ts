// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as iam from "@pulumi/aws/iam";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceRoleArgs {
  /** Name in IAM: 1 to 64 letters, digits and `+=,.@-_`. */
  readonly roleName: string;
  /** Printable Latin-1 (IAM API CreateRole). */
  readonly description: string;
  /** Who assumes it, for instance `eks.amazonaws.com`. */
  readonly service: string;
  /** What of it: `sts:AssumeRole`, and `sts:TagSession` where the service marks its sessions. */
  readonly trustedActions: readonly string[];
  /** Names of policies that AWS maintains, by purpose: the purpose is part of the attachment's name. */
  readonly policies: Readonly<Record<string, string>>;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A role for a service of AWS, with policies that AWS maintains. */
export class ServiceRole extends pulumi.ComponentResource {
  /**
   * The role, once every policy is attached; a preview knows it though one is yet to be. What uses it is deleted before
   * the policies are detached: without them EKS cannot remove network interfaces and security groups
   * (terraform-provider-aws, aws_eks_cluster, aws_eks_node_group).
   */
  readonly role: pulumi.Output<iam.Role>;
  /** ARN of the role, once every policy is attached. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:aws:ServiceRole", name, args, opts);
    const role = new iam.Role(
      `${name}-role`,
      {
        name: args.roleName,
        description: args.description,
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: args.service }, Action: args.trustedActions }],
        }),
        tags: args.tags,
      },
      { parent: this },
    );
    const { partition } = getPartitionOutput({}, { parent: this });
    const attachments = Object.entries(args.policies).map(
      ([purpose, policy]) =>
        new iam.RolePolicyAttachment(
          `${name}-${purpose}`,
          { role: role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    // URNs, not ids: a preview knows them of an attachment that is yet to be made, and with an unknown role would show
    // all that uses it replaced. An output, not `dependsOn`: that would not reach the cluster inside @pulumi/eks.
    const attached = pulumi.all(attachments.map(({ urn }) => urn));
    this.role = attached.apply(() => role);
    this.arn = pulumi.all([role.arn, attached]).apply(([arn]) => arn);
    this.registerOutputs({ role: this.role, arn: this.arn });
  }
}
