import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { JobIdentity, type JobIdentityArgs } from "./job-identity";
import { checkCredentials } from "./validate";

type Shared = "subscription" | "resourceGroupName" | "location" | "issuer" | "scope" | "tags";

export interface IdentitiesArgs<Name extends string> {
  /** Id of the subscription: `/subscriptions/<guid>`. */
  readonly subscription: string;
  /** Azure location, for instance `eastus`. */
  readonly location: string;
  /** Resource group of the identities. */
  readonly resourceGroupName: string;
  /**
   * Resource group that they may do anything in: the cloud stack's, which is made here and lasts as long as they do. A role at a
   * group holds for what is made in it later, and cannot be given at one that is not there.
   */
  readonly workGroupName: string;
  /** Who issues the jobs' tokens: `https://…`. */
  readonly issuer: string;
  /** The identities, by what their jobs do. */
  readonly identities: Readonly<Record<Name, Omit<JobIdentityArgs, Shared>>>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * What jobs log in to Azure as: a managed identity for each kind of job, trusted to tokens of one issuer only, in a group of
 * their own that none of them may change. No key exists.
 */
export class Identities<Name extends string> extends pulumi.ComponentResource {
  /** Name of the identities' resource group. */
  readonly resourceGroupName: pulumi.Output<string>;
  /** Client ids, which a login names. */
  readonly clientIds: pulumi.Output<Record<Name, string>>;
  /** Object ids, which role assignments and Kubernetes know them by. */
  readonly principalIds: pulumi.Output<Record<Name, string>>;

  /** @throws pulumi.InputPropertyError for credentials that Azure would refuse */
  constructor(name: string, args: IdentitiesArgs<Name>, opts?: pulumi.ComponentResourceOptions) {
    const entries = Object.entries<Omit<JobIdentityArgs, Shared>>(args.identities);
    for (const [identity, { credentials }] of entries) {
      checkCredentials(identity, args.issuer, credentials);
    }
    super("trinity:azure:Identities", name, {}, opts);
    const { subscription, location, issuer, tags } = args;
    const group = (role: string, resourceGroupName: string) =>
      new resources.ResourceGroup(`${name}-${role}`, { resourceGroupName, location, tags }, { parent: this });
    const own = group("group", args.resourceGroupName);
    const work = group("work-group", args.workGroupName);

    const made = entries.map(([identity, settings]) => {
      const shared = { subscription, location, issuer, tags, resourceGroupName: own.name, scope: work.id };
      return [identity, new JobIdentity(`${name}-${identity}`, { ...settings, ...shared }, { parent: this })] as const;
    });
    const each = (what: (identity: JobIdentity) => pulumi.Output<string>) =>
      pulumi.output(Object.fromEntries(made.map(([identity, one]) => [identity, what(one)]))) as pulumi.Output<
        Record<Name, string>
      >;
    this.resourceGroupName = own.name;
    this.clientIds = each(({ clientId }) => clientId);
    this.principalIds = each(({ principalId }) => principalId);
    this.registerOutputs({
      resourceGroupName: this.resourceGroupName,
      clientIds: this.clientIds,
      principalIds: this.principalIds,
    });
  }
}
