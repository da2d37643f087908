import * as pulumi from "@pulumi/pulumi";
// Files instead of the package's index, as in components/gcp.
import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import { IAMMember as ProjectMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountMember } from "@pulumi/gcp/serviceaccount/iammember";
import { checkSubjects } from "./subjects";

/** A role of the project's own for one identity, and the grants of it. */
export interface Role {
  /** What tells it from the identity's other roles. */
  readonly name: string;
  /** What its id begins with: at most 42 letters, digits, underscores and periods. */
  readonly id: string;
  /** At most 100 characters. */
  readonly title: string;
  /** Exact names. */
  readonly permissions: readonly string[];
  /** One grant on the project for each condition; undefined is a grant without one. */
  readonly conditions: readonly ({ readonly title: string; readonly expression: string } | undefined)[];
}

/** Who may be an identity, and what it may on the project. */
export interface Identity {
  /** Account id of its service account: 6 to 30 lower-case letters, digits and hyphens. */
  readonly accountId: string;
  /** What it does, for whoever reads the list of accounts: at most 256 bytes. */
  readonly description: string;
  /** Whole subjects of the tokens that may be it: at most 127 characters each. */
  readonly subjects: readonly string[];
  readonly roles: readonly Role[];
}

/** @typeParam Name of the identities */
export interface IdentitiesArgs<Name extends string> {
  /** Id of the project. */
  readonly project: string;
  /** Id of the pool: 4 to 32 lower-case letters, digits and hyphens. Taken for 30 days more once it is deleted. */
  readonly poolId: string;
  /** Id of the pool's provider: the same. */
  readonly providerId: string;
  /** Who issues the tokens: `https://…`. */
  readonly issuer: string;
  /** Ids of the repository and its owner, which outlive a rename: no other repository's tokens are taken at all. */
  readonly repository: { readonly id: number; readonly ownerId: number };
  /** By name. Plain, since it decides which resources there are. */
  readonly identities: Readonly<Record<Name, Identity>>;
}

/** Lets its holder act as the service account that it is granted on. */
const impersonationRole = "roles/iam.workloadIdentityUser";

/**
 * What jobs log in to Google Cloud with: a workload identity pool that takes one repository's tokens, and service accounts
 * without a key, each for the subjects that it is told, with roles of exact permissions on the project.
 */
export class Identities<Name extends string> extends pulumi.ComponentResource {
  /** Audience of the tokens: `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`. */
  readonly provider: pulumi.Output<string>;
  /** The service accounts by identity. */
  readonly accounts: Readonly<Record<Name, Account>>;

  /** @throws pulumi.InputPropertyError for a subject that Google cannot map */
  constructor(name: string, args: IdentitiesArgs<Name>, opts?: pulumi.ComponentResourceOptions) {
    const identities = Object.entries<Identity>(args.identities);
    for (const [identity, { subjects }] of identities) {
      checkSubjects(`identities.${identity}.subjects`, subjects);
    }
    super("trinity:gcp:Identities", name, {}, opts);

    const pool = new WorkloadIdentityPool(
      `${name}-pool`,
      { workloadIdentityPoolId: args.poolId, displayName: "GitHub Actions" },
      { parent: this },
    );
    const provider = new WorkloadIdentityPoolProvider(
      `${name}-provider`,
      {
        workloadIdentityPoolId: pool.workloadIdentityPoolId,
        workloadIdentityPoolProviderId: args.providerId,
        displayName: "GitHub Actions",
        oidc: { issuerUri: args.issuer },
        attributeMapping: { "google.subject": "assertion.sub" },
        // Both ids are text in GitHub's tokens.
        attributeCondition:
          `assertion.repository_id == "${args.repository.id}" && ` +
          `assertion.repository_owner_id == "${args.repository.ownerId}"`,
      },
      { parent: this },
    );

    const accounts = identities.map(([identity, { accountId, description, subjects, roles }]) => {
      const account = new Account(`${name}-${identity}`, { accountId, description }, { parent: this });
      for (const subject of subjects) {
        new AccountMember(
          `${name}-${identity}-${subject}`,
          {
            serviceAccountId: account.name,
            role: impersonationRole,
            member: pulumi.interpolate`principal://iam.googleapis.com/${pool.name}/subject/${subject}`,
          },
          { parent: this },
        );
      }
      for (const role of roles) {
        const custom = new IAMCustomRole(
          `${name}-${identity}-${role.name}`,
          {
            // The id of a deleted role is taken for 37 days, of which only the first 7 can bring it back
            // (cloud.google.com/iam/docs/creating-custom-roles); an account that is made anew has another unique id.
            roleId: pulumi.interpolate`${role.id}.${account.uniqueId}`,
            title: role.title,
            permissions: [...role.permissions],
          },
          { parent: this },
        );
        role.conditions.forEach((condition, index) => {
          new ProjectMember(
            `${name}-${identity}-${role.name}-${index + 1}`,
            { project: args.project, role: custom.name, member: account.member, condition },
            { parent: this },
          );
        });
      }
      return [identity, account] as const;
    });

    this.provider = provider.name;
    this.accounts = Object.fromEntries(accounts) as Record<Name, Account>;
    this.registerOutputs({ provider: this.provider });
  }
}
