import type { TestContext } from "node:test";
import { provider as definition } from "../../../rehearsal/clouds/azure-native/provider";
import { simulatedSubscription } from "../../../rehearsal/clouds/azure-native/arm";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import { temporaryWorld } from "../../support/simulation";

export const types = {
  group: "azure-native:resources:ResourceGroup",
  network: "azure-native:network:VirtualNetwork",
  subnet: "azure-native:network:Subnet",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  definition: "azure-native:authorization:RoleDefinition",
  account: "azure-native:storage:StorageAccount",
  container: "azure-native:storage:BlobContainer",
  vault: "azure-native:keyvault:Vault",
  key: "azure-native:keyvault:Key",
  registry: "azure-native:containerregistry:Registry",
  assignment: "azure-native:authorization:RoleAssignment",
  cluster: "azure-native:containerservice:ManagedCluster",
} as const;

export type TypeName = keyof typeof types;

export const subscription = `/subscriptions/${simulatedSubscription}`;

export function role(id: string): string {
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
}

export const roles = {
  acrPull: role("7f951dda-4ed3-4680-a7ca-43fe172d538d"),
  acrPush: role("8311e382-0749-4cb8-b61a-304f252e45ec"),
  acrDelete: role("c2f4ef07-c644-48eb-af81-4b1b4947fb11"),
  reader: role("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
  repositoryReader: role("b93aa761-3e63-49ed-ac28-beffa264f7ac"),
  networkContributor: role("4d97b98b-1d4f-4787-a291-c67834d212e7"),
} as const;

/** A resource that a test created. */
export interface Created {
  readonly id: string;
  readonly inputs: Properties;
  readonly properties: Properties;
}

/** A simulated Azure, and calls as the engine makes them: check, then create. */
export class Azure {
  private readonly provider: SimulatedProvider;

  constructor(
    readonly world: World,
    folder: string,
  ) {
    this.provider = new SimulatedProvider(definition, "3.28.0", folder);
  }

  check(type: TypeName, properties: Properties, name = "test") {
    return this.provider.check(urn(type, name), {}, properties, Buffer.from("seed"));
  }

  /** Reasons of the check, one text. */
  faults(type: TypeName, properties: Properties): string {
    return this.check(type, properties)
      .failures.map(({ property, reason }) => `${property}: ${reason}`)
      .join("; ");
  }

  async create(type: TypeName, properties: Properties, name = "test"): Promise<Created> {
    const inputs: Properties = this.check(type, properties, name).inputs;
    const { id, properties: outputs } = await this.provider.create(urn(type, name), inputs, false);
    return { id, inputs, properties: outputs };
  }

  update(type: TypeName, created: Created, changes: Properties, preview = false) {
    return this.provider.update(
      urn(type, "test"),
      created.id,
      created.properties,
      { ...created.inputs, ...changes },
      preview,
    );
  }

  previewUpdate(type: TypeName, created: Created, changes: Properties) {
    return this.update(type, created, changes, true);
  }

  diff(type: TypeName, created: Created, changes: Properties) {
    return this.provider.diff(urn(type, "test"), created.inputs, { ...created.inputs, ...changes });
  }

  delete(type: TypeName, { id }: Created) {
    return this.provider.delete(urn(type, "test"), id);
  }

  read(type: TypeName, { id }: Created) {
    return this.provider.read(urn(type, "test"), id);
  }

  invoke(token: string, args: Properties): Properties {
    return this.provider.invoke(token, args);
  }

  resourceGroup(resourceGroupName = "group") {
    return this.create("group", { resourceGroupName, location: "eastus" });
  }

  registry(changes: Properties = {}) {
    return this.create("registry", { ...registryInputs, ...changes });
  }

  assign(scope: string, roleDefinitionId: string, principalId: unknown, changes: Properties = {}) {
    const inputs = { scope, roleDefinitionId, principalId, principalType: "ServicePrincipal", ...changes };
    return this.create("assignment", inputs);
  }

  /** Everything that a cluster needs, and the cluster's inputs. */
  async clusterInputs() {
    const group = await this.resourceGroup();
    const network = await this.create("network", networkInputs);
    const subnet = await this.create("subnet", subnetInputs);
    const identity = await this.create("identity", { ...place, resourceName: "control-plane" });
    const access = await this.assign(subnet.id, roles.networkContributor, identity.properties.principalId);
    const inputs = {
      ...place,
      resourceName: "cluster",
      dnsPrefix: "cluster",
      kubernetesVersion: "1.34",
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      agentPoolProfiles: [{ ...poolInputs, vnetSubnetID: subnet.id }],
      networkProfile: networkProfile,
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
      aadProfile: { managed: true, adminGroupObjectIDs: ["00000000-0000-4000-8000-000000000001"] },
      disableLocalAccounts: true,
    };
    return { group, network, subnet, identity, access, inputs };
  }

  async cluster() {
    const needs = await this.clusterInputs();
    return { ...needs, cluster: await this.create("cluster", needs.inputs) };
  }
}

export const place = { resourceGroupName: "group", location: "eastus" };

export const registryInputs = { ...place, registryName: "trinitydevazureacr", sku: { name: "Standard" } };

export const networkInputs = {
  ...place,
  virtualNetworkName: "network",
  addressSpace: { addressPrefixes: ["10.240.0.0/16"] },
};

export const subnetInputs = {
  resourceGroupName: "group",
  virtualNetworkName: "network",
  subnetName: "nodes",
  addressPrefix: "10.240.0.0/22",
};

export const poolInputs = {
  name: "nodes",
  mode: "System",
  type: "VirtualMachineScaleSets",
  osType: "Linux",
  vmSize: "Standard_D4s_v5",
  enableAutoScaling: true,
  count: 2,
  minCount: 2,
  maxCount: 6,
};

export const networkProfile = {
  networkPlugin: "azure",
  networkPluginMode: "overlay",
  networkDataplane: "cilium",
  networkPolicy: "cilium",
  loadBalancerSku: "standard",
  outboundType: "loadBalancer",
  podCidr: "10.244.0.0/16",
  serviceCidr: "172.16.0.0/16",
  dnsServiceIP: "172.16.0.10",
};

export function simulatedAzure(context: TestContext): Azure {
  const world = temporaryWorld(context, "azure");
  return new Azure(world, world.folder);
}

function urn(type: TypeName, name: string): string {
  return `urn:pulumi:dev-azure::trinity::${types[type]}::${name}`;
}
