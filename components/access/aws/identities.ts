// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { JobRole, type JobRoleArgs } from "./job-role";

export interface IdentitiesArgs<Name extends string> {
  /** Who issues the jobs' tokens: `https://…`. */
  readonly issuer: string;
  /** Who the tokens are for. */
  readonly audience: string;
  /** ARN of the account's OIDC provider for the issuer. @default one is made: an account has one for each issuer */
  readonly existingProvider?: pulumi.Input<string>;
  /** The roles, by what their jobs do. */
  readonly roles: Readonly<Record<Name, Role>>;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

interface Role extends Omit<JobRoleArgs, "tags" | "trustPolicy"> {
  /** Makes the trust policy, given the ARN of the OIDC provider. */
  readonly trust: (provider: string) => string;
}

/** What jobs log in to AWS as: a role for each kind of job, trusted to tokens of one issuer only. No key exists. */
export class Identities<Name extends string> extends pulumi.ComponentResource {
  /** ARNs of the roles, each once its policies are attached. */
  readonly arns: pulumi.Output<Record<Name, string>>;

  constructor(name: string, args: IdentitiesArgs<Name>, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:aws:Identities", name, {}, opts);
    const provider =
      args.existingProvider === undefined
        ? new iam.OpenIdConnectProvider(
            `${name}-issuer`,
            // No thumbprint: IAM checks GitHub's certificate against its own authorities (IAM API CreateOpenIDConnectProvider).
            { url: args.issuer, clientIdLists: [args.audience], tags: args.tags },
            { parent: this },
          ).arn
        : pulumi.output(args.existingProvider);

    const roles = Object.entries<Role>(args.roles).map(([identity, { trust, ...role }]) => {
      const made = new JobRole(
        `${name}-${identity}`,
        { ...role, trustPolicy: provider.apply(trust), tags: args.tags },
        { parent: this },
      );
      return [identity, made.arn] as const;
    });
    this.arns = pulumi.output(Object.fromEntries(roles)) as pulumi.Output<Record<Name, string>>;
    this.registerOutputs({ arns: this.arns });
  }
}
