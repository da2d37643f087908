import * as authorization from "@pulumi/azure-native/authorization";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { assignRoleDefinition } from "../../azure/role-assignment";

/** What an identity may do with the state. */
export interface StateUser {
  /** Object id. */
  readonly principalId: pulumi.Input<string>;
  /** A GUID of the role's own, which never changes. */
  readonly roleId: string;
  /** Unique in the tenant. */
  readonly roleName: string;
  /** Data actions, on blobs and on the key. */
  readonly dataActions: readonly string[];
  /** What blobs they hold for (Azure role assignment condition, version 2.0). @default all */
  readonly condition?: string | undefined;
}

export interface StateArgs {
  /** Id of the subscription: `/subscriptions/<guid>`. */
  readonly subscription: string;
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: string;
  /** 3 to 24 lower-case letters and digits, unique in all of Azure. */
  readonly accountName: string;
  /** 3 to 24 letters, digits and single hyphens, unique in all of Azure. */
  readonly vaultName: string;
  /** Tenant that the vault's identities are of. */
  readonly tenantId: pulumi.Input<string>;
  /** Who may use it, by the name of the identity. */
  readonly users: Readonly<Record<string, StateUser>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** The container, and the key of the secrets in the states. */
const containerName = "state";
const keyName = "state";

/** Days in which what was deleted can be brought back; of a vault the most that there is, and never fewer afterwards. */
const retention = { blobs: 30, vault: 90 } as const;

/**
 * A container for Pulumi's state: every version of a blob is kept, what is deleted can be brought back for a month, nobody reads
 * it without an Entra identity and a role. Azure encrypts it with a key of its own; the secrets in the states are encrypted
 * besides, with a key in a vault that nobody can purge.
 *
 * The vault is made by the API that the provider uses by default, 2024-11-01, which Azure retires on 2027-02-27. A release of the
 * provider that goes on to 2026-02-01 changes nothing here: `enableRbacAuthorization` is stated, of which the default differs.
 * Source: learn.microsoft.com/azure/key-vault/general/access-control-default
 */
export class State extends pulumi.ComponentResource {
  /** As `pulumi login` takes it. */
  readonly backend: pulumi.Output<string>;
  /** As `pulumi stack init --secrets-provider` takes it. */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, args: StateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:azure:State", name, {}, opts);
    const container = declareContainer(name, args, this);
    const key = declareKey(name, args, this);
    const { subscription } = args;
    for (const [user, { principalId, ...role }] of Object.entries(args.users)) {
      const definition = new authorization.RoleDefinition(
        `${name}-${user}`,
        {
          scope: subscription,
          roleDefinitionId: role.roleId,
          roleName: role.roleName,
          roleType: "CustomRole",
          description: `Pulumi's state, for CI: ${user}`,
          assignableScopes: [subscription],
          permissions: [{ actions: [], notActions: [], dataActions: [...role.dataActions].sort(), notDataActions: [] }],
        },
        { parent: this },
      );
      const who = { roleDefinitionId: definition.id, principalId };
      const where = { scope: container.id, condition: role.condition };
      assignRoleDefinition(`${name}-${user}-blobs`, { ...who, ...where }, { parent: this });
      assignRoleDefinition(`${name}-${user}-key`, { ...who, scope: key.id }, { parent: this });
    }
    this.backend = pulumi.interpolate`azblob://${container.name}?storage_account=${args.accountName}`;
    this.secretsProvider = pulumi.interpolate`azurekeyvault://${args.vaultName}.vault.azure.net/keys/${key.name}`;
    this.registerOutputs({ backend: this.backend, secretsProvider: this.secretsProvider });
  }
}

function declareContainer(name: string, args: StateArgs, parent: State): storage.BlobContainer {
  const { resourceGroupName, location, tags } = args;
  const account = new storage.StorageAccount(
    `${name}-account`,
    {
      resourceGroupName,
      accountName: args.accountName,
      location,
      kind: "StorageV2",
      // In three zones, as the clusters are.
      sku: { name: "Standard_ZRS" },
      allowBlobPublicAccess: false,
      // Whoever has an account's key needs no role.
      allowSharedKeyAccess: false,
      allowCrossTenantReplication: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      tags,
    },
    { parent, protect: true },
  );
  const which = { resourceGroupName, accountName: account.name };
  const service = new storage.BlobServiceProperties(
    `${name}-blobs`,
    {
      ...which,
      blobServicesName: "default",
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: retention.blobs },
      containerDeleteRetentionPolicy: { enabled: true, days: retention.blobs },
    },
    { parent },
  );
  return new storage.BlobContainer(
    `${name}-container`,
    { ...which, containerName, publicAccess: "None" },
    { parent, protect: true, dependsOn: [service] },
  );
}

function declareKey(name: string, args: StateArgs, parent: State): keyvault.Key {
  const { resourceGroupName, location, tags } = args;
  const vault = new keyvault.Vault(
    `${name}-vault`,
    {
      resourceGroupName,
      vaultName: args.vaultName,
      location,
      properties: {
        tenantId: args.tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: retention.vault,
        enablePurgeProtection: true,
      },
      tags,
    },
    { parent, protect: true },
  );
  return new keyvault.Key(
    `${name}-key`,
    {
      resourceGroupName,
      vaultName: vault.name,
      keyName,
      // Encrypted with RSA-OAEP-256 (gocloud.dev secrets/azurekeyvault). No rotation: states name no version of the key.
      properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
      tags,
    },
    { parent, protect: true },
  );
}
