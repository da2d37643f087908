// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

export interface JobRoleArgs {
  /** Name in IAM: 1 to 64 letters, digits and `+=,.@-_`. */
  readonly roleName: string;
  /** Printable Latin-1 (IAM API CreateRole). */
  readonly description: string;
  /** Who may be it: a policy in JSON. */
  readonly trustPolicy: pulumi.Input<string>;
  /** Longest session, in seconds: 3600 to 43200. */
  readonly sessionSeconds: number;
  /** What it may do: by purpose, which is part of the resources' names, a policy's name in IAM and the policy in JSON. */
  readonly policies: Readonly<Record<string, { readonly policyName: string; readonly document: pulumi.Input<string> }>>;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A role of jobs, with policies of its own. */
export class JobRole extends pulumi.ComponentResource {
  /** ARN of the role, once every policy is attached. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: JobRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:aws:JobRole", name, {}, opts);
    const parent = { parent: this };
    const role = new iam.Role(
      `${name}-role`,
      {
        name: args.roleName,
        description: args.description,
        assumeRolePolicy: args.trustPolicy,
        maxSessionDuration: args.sessionSeconds,
        tags: args.tags,
      },
      parent,
    );
    const attachments = Object.entries(args.policies).map(([purpose, { policyName, document }]) => {
      const policy = new iam.Policy(
        `${name}-${purpose}`,
        {
          // Without a description: IAM changes none, so that another wording would replace the policy.
          name: policyName,
          policy: document,
          tags: args.tags,
        },
        parent,
      );
      return new iam.RolePolicyAttachment(`${name}-${purpose}`, { role: role.name, policyArn: policy.arn }, parent);
    });
    // URNs, not ids: a preview knows them of an attachment that is yet to be made.
    this.arn = pulumi.all([role.arn, pulumi.all(attachments.map(({ urn }) => urn))]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
