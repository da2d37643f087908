import * as authorization from "@pulumi/azure-native/authorization";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { assignRoleDefinition, builtInRoles } from "../../azure/role-assignment";
import { assignsOnly } from "./condition";
import type { Credential } from "./validate";

/**
 * Assigns and takes away roles, and reads everything.
 * Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged
 */
const roleAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

/** What the audience of a token for Azure is, and of a credential has to be. */
const audience = "api://AzureADTokenExchange";

export interface JobIdentityArgs {
  /** Id of the subscription: `/subscriptions/<guid>`. */
  readonly subscription: string;
  /** Resource group that the identity lies in. */
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: string;
  /** Who issues the jobs' tokens: `https://…`. */
  readonly issuer: string;
  /** Name of the identity, and of its role, which is unique in the tenant. */
  readonly identityName: string;
  /** What its jobs do, for whoever reads the role. */
  readonly description: string;
  /** The subjects of tokens whose jobs are this identity. */
  readonly credentials: readonly Credential[];
  /** A GUID of the role's own, which never changes. */
  readonly roleId: string;
  /** Exact names. Azure refuses to make a role with one that it does not know. */
  readonly actions: readonly string[];
  /** Data actions, likewise. @default none */
  readonly dataActions?: readonly string[];
  /** Id of the resource group that it may do them in. */
  readonly scope: pulumi.Input<string>;
  /** True: it may also assign, there, the roles that the platform's clusters need. @default false */
  readonly assignsRoles?: boolean;
  /** Ids of further resource groups whose registries it may read, by their names. @default none */
  readonly pullsFrom?: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A managed identity that jobs log in as by their own tokens, with a role of its own at one resource group. It has no key, and
 * none can be made for it.
 */
export class JobIdentity extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  /** Object id: what role assignments and Kubernetes know it by. */
  readonly principalId: pulumi.Output<string>;

  constructor(name: string, args: JobIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:azure:JobIdentity", name, {}, opts);
    const { resourceGroupName, subscription, scope } = args;
    const parent = { parent: this };
    const identity = new managedidentity.UserAssignedIdentity(
      `${name}-identity`,
      { resourceGroupName, resourceName: args.identityName, location: args.location, tags: args.tags },
      parent,
    );
    declareCredentials(name, args, identity, this);

    // Read: of an identity's outputs, a preview of another tag knows the name alone, and would show every assignment replaced.
    const known = managedidentity.getUserAssignedIdentityOutput(
      { resourceGroupName, resourceName: identity.name },
      parent,
    );
    const { principalId } = known;
    const role = new authorization.RoleDefinition(
      `${name}-role`,
      {
        scope: subscription,
        roleDefinitionId: args.roleId,
        roleName: args.identityName,
        roleType: "CustomRole",
        description: args.description,
        assignableScopes: [subscription],
        permissions: [
          {
            actions: [...args.actions].sort(),
            notActions: [],
            dataActions: [...(args.dataActions ?? [])].sort(),
            notDataActions: [],
          },
        ],
      },
      parent,
    );
    assignRoleDefinition(`${name}-role`, { scope, roleDefinitionId: role.id, principalId }, parent);
    if (args.assignsRoles === true) {
      assignRoleDefinition(
        `${name}-role-administration`,
        {
          scope,
          roleDefinitionId: builtIn(subscription, roleAdministrator),
          principalId,
          condition: assignsOnly(Object.values(builtInRoles)),
        },
        parent,
      );
    }
    for (const [from, group] of Object.entries(args.pullsFrom ?? {})) {
      const roleDefinitionId = builtIn(subscription, builtInRoles.acrPull);
      assignRoleDefinition(`${name}-pull-${from}`, { scope: group, roleDefinitionId, principalId }, parent);
    }

    this.clientId = known.clientId;
    this.principalId = principalId;
    this.registerOutputs({ clientId: this.clientId, principalId: this.principalId });
  }
}

/** One after the other: Azure refuses credentials of one identity that are written at once (409). */
function declareCredentials(
  name: string,
  args: JobIdentityArgs,
  identity: managedidentity.UserAssignedIdentity,
  parent: JobIdentity,
): void {
  let before: pulumi.Resource[] = [];
  for (const { name: credential, subject } of args.credentials) {
    const declared = new managedidentity.FederatedIdentityCredential(
      `${name}-${credential}`,
      {
        resourceGroupName: args.resourceGroupName,
        resourceName: identity.name,
        federatedIdentityCredentialResourceName: credential,
        issuer: args.issuer,
        subject,
        audiences: [audience],
      },
      { parent, dependsOn: before },
    );
    before = [declared];
  }
}

function builtIn(subscription: string, role: string): string {
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
