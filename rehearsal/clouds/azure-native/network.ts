import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { World } from "../kernel/world";
import { deleteEverythingIn, isWithin, resourceId, sameId, takenByAnother } from "./arm";
import { contains, overlap, prefixOf } from "./ranges";
import { inResourceGroup } from "./resource-group";
import { ipv4Range, location, tags } from "./schema";

export const virtualNetworkType = "azure-native:network:VirtualNetwork";
export const subnetType = "azure-native:network:Subnet";
const clusterType = "azure-native:containerservice:ManagedCluster";

/** Letters, digits, underscores, periods and hyphens, beginning alphanumeric, ending so or with an underscore. */
const networkName = z.string().regex(/^[A-Za-z0-9]([\w.-]*\w)?$/);

export const virtualNetwork = defineResource({
  type: virtualNetworkType,
  source: "Microsoft.Network virtualNetworks 2024-05-01; naming: resource name rules",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    virtualNetworkName: networkName.min(2).max(64),
    location,
    addressSpace: z.strictObject({ addressPrefixes: z.array(ipv4Range).min(1) }),
    enableDdosProtection: z.literal(false).optional(),
    enableVmProtection: z.literal(false).optional(),
    tags,
  }),
  // azure-native, gen/replacement.go: location.
  immutable: ["resourceGroupName", "virtualNetworkName", "location"],
  computed: ["name", "type", "provisioningState"],
  autoName: { property: "virtualNetworkName", separator: "", digits: 8 },
  identity: (inputs, { config }) => networkId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [inResourceGroup],
  // 5 to 15 s in terraform logs; azure-native polls a create every 10 s, a delete every 30 s.
  seconds: { create: 10, update: 10, delete: 30 },
  permissions: {
    create: "Microsoft.Network/virtualNetworks/write",
    delete: "Microsoft.Network/virtualNetworks/delete",
    read: "Microsoft.Network/virtualNetworks/read",
  },
  verifyDelete: (record, { world }) => {
    refuseSubnetInUse(world, record.id);
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config }) => ({
    id: networkId(config, inputs),
    outputs: {
      name: inputs.virtualNetworkName,
      type: "Microsoft.Network/virtualNetworks",
      provisioningState: "Succeeded",
    },
  }),
});

export const subnet = defineResource({
  type: subnetType,
  source:
    "Microsoft.Network virtualNetworks/subnets 2024-05-01; virtual networks FAQ; hashicorp/terraform-provider-azurerm#7687",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    virtualNetworkName: z.string(),
    subnetName: networkName.min(1).max(80),
    addressPrefix: ipv4Range,
    privateEndpointNetworkPolicies: z.literal("Disabled").optional(),
    privateLinkServiceNetworkPolicies: z.literal("Enabled").optional(),
  }),
  immutable: ["resourceGroupName", "virtualNetworkName", "subnetName"],
  computed: ["name", "type", "provisioningState"],
  autoName: { property: "subnetName", separator: "", digits: 8 },
  identity: (inputs, { config }) => subnetId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [
    inResourceGroup,
    { property: "virtualNetworkName", types: [virtualNetworkType], by: "name", missing: "ParentResourceNotFound" },
  ],
  // 2 to 8 s in terraform logs; azure-native polls a create every 10 s, a delete every 30 s.
  seconds: { create: 10, update: 10, delete: 30 },
  permissions: {
    create: "Microsoft.Network/virtualNetworks/subnets/write",
    delete: "Microsoft.Network/virtualNetworks/subnets/delete",
    read: "Microsoft.Network/virtualNetworks/subnets/read",
  },
  verify: (inputs, { world, config }) => {
    const id = subnetId(config, inputs);
    const parent = world.find(virtualNetworkType, networkId(config, inputs));
    const space = virtualNetwork.inputs.safeParse(parent?.inputs).data as
      { readonly addressSpace: { readonly addressPrefixes: readonly string[] } } | undefined;
    const prefixes = space?.addressSpace.addressPrefixes ?? [];
    // A /29 is the smallest subnet.
    if (prefixOf(inputs.addressPrefix) > 29 || !prefixes.some((prefix) => contains(prefix, inputs.addressPrefix))) {
      throw new CloudError(
        "NetcfgInvalidSubnet",
        `Subnet '${inputs.subnetName}' is not valid in virtual network '${inputs.virtualNetworkName}'.`,
      );
    }
    for (const other of world.list(subnetType)) {
      const prefix = String(other.inputs.addressPrefix);
      if (
        !sameId(other.id, id) &&
        isWithin(other.id, networkId(config, inputs)) &&
        overlap(prefix, inputs.addressPrefix)
      ) {
        throw new CloudError(
          "NetcfgSubnetRangesOverlap",
          `Subnet '${inputs.subnetName}' is not valid because its IP address range overlaps with that of an existing subnet.`,
        );
      }
    }
  },
  whenDeleted: (record, { world }) => {
    deleteEverythingIn(world, record.id);
  },
  create: (inputs, { config, world, previous }) => {
    const id = subnetId(config, inputs);
    if (
      previous !== undefined &&
      previous.inputs.addressPrefix !== inputs.addressPrefix &&
      userOf(world, id) !== undefined
    ) {
      throw new CloudError(
        "InUseSubnetCannotBeUpdated",
        `Subnet ${inputs.subnetName} is in use and cannot be updated.`,
      );
    }
    return {
      id,
      outputs: {
        name: inputs.subnetName,
        type: "Microsoft.Network/virtualNetworks/subnets",
        provisioningState: "Succeeded",
      },
    };
  },
});

interface InNetwork {
  readonly resourceGroupName: string;
  readonly virtualNetworkName: string;
}

function networkId(config: Parameters<typeof resourceId>[0], inputs: InNetwork): string {
  return resourceId(config, inputs.resourceGroupName, `Microsoft.Network/virtualNetworks/${inputs.virtualNetworkName}`);
}

function subnetId(
  config: Parameters<typeof resourceId>[0],
  inputs: InNetwork & { readonly subnetName: string },
): string {
  return `${networkId(config, inputs)}/subnets/${inputs.subnetName}`;
}

/** The cluster whose nodes are in a subnet within `scope`. */
function userOf(world: World, scope: string): string | undefined {
  return world
    .list(clusterType)
    .find(({ inputs }) =>
      (inputs.agentPoolProfiles as readonly { readonly vnetSubnetID?: string }[]).some(
        ({ vnetSubnetID }) => vnetSubnetID !== undefined && isWithin(vnetSubnetID, scope),
      ),
    )?.id;
}

function refuseSubnetInUse(world: World, scope: string): void {
  const user = userOf(world, scope);
  if (user !== undefined) {
    throw new CloudError(
      "InUseSubnetCannotBeDeleted",
      `a subnet of ${scope} is in use by ${user} and cannot be deleted`,
    );
  }
}
