import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import type { Registry as RegistryContract } from "../contracts";

export interface RegistryArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Azure location, for instance `eastus`. */
  readonly location: pulumi.Input<string>;
  /** 5 to 50 letters and digits, unique in all of Azure. */
  readonly registryName: pulumi.Input<string>;
  /**
   * Basic (10 GiB), Standard (100 GiB) or Premium (500 GiB; geo-replication and private link). Can be changed later.
   * Source: Azure Container Registry SKU features and limits
   */
  readonly sku: "Basic" | "Standard" | "Premium";
  /** App name to the repository's name inside the registry. A repository begins to exist with its first push. */
  readonly repositories: Readonly<Record<string, string>>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * One Azure container registry for every app. No admin user and no anonymous pull: whoever pulls or pushes does so with
 * an Entra identity and a role.
 *
 * The registry decides by RBAC roles such as AcrPull. The API version that the provider uses by default,
 * 2023-01-01-preview, has no `roleAssignmentMode`, so that an ABAC registry, which does not honour AcrPull, cannot come
 * about here. Should Azure make ABAC the default, set `LegacyRegistryPermissions` with a later API version
 * (`pulumi package add azure-native containerregistry <version>`), or assign Container Registry Repository Reader.
 */
export class Registry extends pulumi.ComponentResource implements RegistryContract {
  readonly host: pulumi.Output<string>;
  readonly repositories: pulumi.Output<Record<string, string>>;
  /** Resource id: the scope of roles. */
  readonly registryId: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:azure:Registry", name, {}, opts);
    const registry = new containerregistry.Registry(
      `${name}-registry`,
      {
        resourceGroupName: args.resourceGroupName,
        registryName: args.registryName,
        location: args.location,
        sku: { name: args.sku },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        tags: args.tags,
      },
      { parent: this },
    );

    this.registryId = registry.id;
    this.host = registry.loginServer;
    this.repositories = registry.loginServer.apply((host) =>
      Object.fromEntries(Object.entries(args.repositories).map(([app, repository]) => [app, `${host}/${repository}`])),
    );
    this.registerOutputs({ registryId: this.registryId, host: this.host, repositories: this.repositories });
  }
}
