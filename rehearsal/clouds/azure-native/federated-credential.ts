import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { Properties } from "../kernel/values";
import type { CloudRecord, World } from "../kernel/world";
import { existing, isWithin, resourceId, takenByAnother } from "./arm";
import { identityType } from "./identity";
import { inResourceGroup } from "./resource-group";

export const federatedCredentialType = "azure-native:managedidentity:FederatedIdentityCredential";

/** learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations, for all of the rules here. */
const mostCredentials = 20;

export const federatedCredential = defineResource({
  type: federatedCredentialType,
  source:
    "Microsoft.ManagedIdentity userAssignedIdentities/federatedIdentityCredentials 2023-01-31; Microsoft Entra, workload " +
    "identity federation considerations",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    /** The identity. */
    resourceName: z.string(),
    federatedIdentityCredentialResourceName: z
      .string()
      .min(3)
      .max(120)
      .regex(/^[A-Za-z0-9][\w-]*$/),
    issuer: z.url({ protocol: /^https$/ }).max(600),
    // Compared whole: an asterisk stands for itself.
    subject: z.string().min(1).max(600),
    audiences: z.array(z.literal("api://AzureADTokenExchange")).length(1),
  }),
  immutable: ["resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"],
  computed: ["name", "type"],
  autoName: { property: "federatedIdentityCredentialResourceName", separator: "", digits: 8 },
  identity: (inputs, { config }) => credentialId(config, inputs).toLowerCase(),
  taken: takenByAnother,
  references: [inResourceGroup],
  // "Few seconds" in AKS' documentation; azure-native has no operation to poll.
  seconds: { create: 3, update: 3, delete: 3 },
  permissions: {
    create: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
    delete: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete",
    read: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
  },
  verify: (inputs, { world, config }) => {
    const owner = ownerId(config, inputs);
    existing(world, identityType, owner, "ParentResourceNotFound");
    const id = credentialId(config, inputs).toLowerCase();
    const others = credentialsOf(world, owner).filter((record) => record.id.toLowerCase() !== id);
    refuseParallelWrite(others, world);
    if (others.length >= mostCredentials) {
      throw new CloudError(
        "FederatedIdentityCredentialsLimitExceeded",
        `${owner} has ${others.length} federated identity credentials, and ${mostCredentials} is the most.`,
      );
    }
    const same = others.find(({ inputs: other }) => other.issuer === inputs.issuer && other.subject === inputs.subject);
    if (same !== undefined) {
      throw new CloudError(
        "Conflict",
        `Issuer and subject combination already exists for this Managed Identity: ${inputs.issuer} ${inputs.subject} in ${same.id}`,
      );
    }
  },
  verifyDelete: (record, { world }) => {
    const others = credentialsOf(world, record.id.replace(/\/federatedIdentityCredentials\/[^/]+$/, ""));
    refuseParallelWrite(
      others.filter(({ id }) => id !== record.id),
      world,
    );
  },
  create: (inputs, { config }) => ({
    id: credentialId(config, inputs),
    outputs: {
      name: inputs.federatedIdentityCredentialResourceName,
      type: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    },
  }),
});

/** What may be an identity, by its id. */
export function credentialsOf(world: World, identityId: string): readonly CloudRecord[] {
  return world.list(federatedCredentialType).filter(({ id }) => isWithin(id, identityId));
}

/** The real provider tries again after 20, 60 and 120 s (pulumi-azure-native#4421), which nobody should wait for: this does not. */
function refuseParallelWrite(others: readonly CloudRecord[], world: World): void {
  const busy = others.find(({ readyAt, deletedAt }) => readyAt > world.now() || deletedAt !== null);
  if (busy !== undefined) {
    throw new CloudError(
      "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
      "Too many concurrent writes of federated identity credentials under the same managed identity (409): " +
        `${busy.id} is being written.`,
    );
  }
}

interface Inputs {
  readonly resourceGroupName: string;
  readonly resourceName: string;
}

function ownerId(config: Properties, { resourceGroupName, resourceName }: Inputs): string {
  return resourceId(config, resourceGroupName, `Microsoft.ManagedIdentity/userAssignedIdentities/${resourceName}`);
}

function credentialId(
  config: Properties,
  inputs: Inputs & { readonly federatedIdentityCredentialResourceName: string },
): string {
  return `${ownerId(config, inputs)}/federatedIdentityCredentials/${inputs.federatedIdentityCredentialResourceName}`;
}
