// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";

/** The role of a cluster's control plane, as `eks:index:ServiceRole` of @pulumi/eks makes it. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly role: iam.Role;
  /** The same once its policies are attached. */
  readonly attached: pulumi.Output<iam.Role>;

  constructor(
    name: string,
    args: { readonly partition: pulumi.Input<string>; readonly tags: pulumi.Input<Record<string, string>> },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("eks:index:ServiceRole", name, args, opts);
    this.role = new iam.Role(
      `${name}-role`,
      {
        description: "Allows EKS to manage clusters on your behalf.",
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Action: ["sts:AssumeRole", "sts:TagSession"],
              Effect: "Allow",
              Principal: { Service: ["eks.amazonaws.com"] },
            },
          ],
        }),
        tags: args.tags,
      },
      { parent: this },
    );
    const digest = createHash("sha1").update("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy").digest("hex");
    const attachment = new iam.RolePolicyAttachment(
      `${name}-${digest.slice(0, 8)}`,
      { role: this.role, policyArn: pulumi.interpolate`arn:${args.partition}:iam::aws:policy/AmazonEKSClusterPolicy` },
      { parent: this },
    );
    this.attached = pulumi.all([this.role.arn, attachment.id]).apply(() => this.role);
    this.registerOutputs({ resolvedRole: this.attached, directRole: this.role });
  }
}
