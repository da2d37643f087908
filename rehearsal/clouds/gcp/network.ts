import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { makeId } from "../kernel/lifecycle";
import { valuesAt } from "../kernel/values";
import { googleErrors, locationOf, projectOf } from "./context";
import { overlap } from "./ranges";
import { cidr, computeName, project } from "./schemas";

export const networkType = "gcp:compute/network:Network";
export const subnetworkType = "gcp:compute/subnetwork:Subnetwork";

const compute = "https://www.googleapis.com/compute/v1";

/** A network that a subnetwork, router or cluster is in: it cannot go before them. */
export const networkReference = {
  property: "network",
  types: [networkType],
  missing: googleErrors.notFound,
  // hashicorp/terraform-provider-google#41, genevieve/leftovers#6: "is already being used by"
  inUse: googleErrors.inUse,
} as const;

export const network = defineResource({
  type: networkType,
  source: "terraform-provider-google compute/resource_compute_network.go",
  inputs: z.strictObject({
    name: computeName,
    project: project.optional(),
    description: z.string().optional(),
    autoCreateSubnetworks: z.boolean().optional(),
    routingMode: z.enum(["REGIONAL", "GLOBAL"]).optional(),
    mtu: z.int().min(1300).max(8896).optional(),
    deleteDefaultRoutesOnCreate: z.boolean().optional(),
  }),
  immutable: ["name", "project", "description", "autoCreateSubnetworks"],
  computed: ["networkId", "numericId", "gatewayIpv4", "selfLink", "project"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs, context) => `${projectOf(inputs, context)}/${inputs.name}`,
  taken: googleErrors.alreadyExists,
  // Observed 11 to 32 s and 11 to 31 s in public apply logs.
  seconds: { create: 22, delete: 21 },
  permissions: {
    create: "compute.networks.create",
    update: "compute.networks.update",
    delete: "compute.networks.delete",
    read: "compute.networks.get",
  },
  create: (inputs, context) => {
    const owner = projectOf(inputs, context);
    const id = `projects/${owner}/global/networks/${inputs.name}`;
    const number = numericId(id);
    return {
      id,
      outputs: { networkId: number, numericId: number, gatewayIpv4: "", selfLink: `${compute}/${id}`, project: owner },
    };
  },
});

export const subnetwork = defineResource({
  type: subnetworkType,
  source: "terraform-provider-google compute/resource_compute_subnetwork.go",
  inputs: z.strictObject({
    name: computeName,
    project: project.optional(),
    region: z.string().optional(),
    description: z.string().optional(),
    network: z.string(),
    ipCidrRange: cidr,
    secondaryIpRanges: z.array(z.strictObject({ rangeName: computeName, ipCidrRange: cidr })).optional(),
    privateIpGoogleAccess: z.boolean().optional(),
    stackType: z.enum(["IPV4_ONLY", "IPV4_IPV6"]).optional(),
  }),
  // The primary range may grow in place; what makes it smaller or moves it replaces (ForceNewIfChange there), which
  // is what every other change of it comes to.
  immutable: ["name", "project", "region", "description", "network", "ipCidrRange"],
  computed: ["subnetworkId", "gatewayAddress", "creationTimestamp", "fingerprint", "selfLink", "project", "region"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs, context) => `${projectOf(inputs, context)}/${locationOf(inputs, context)}/${inputs.name}`,
  taken: googleErrors.alreadyExists,
  references: [networkReference],
  // Observed 11 to 23 s and 11 to 12 s in public apply logs.
  seconds: { create: 23, update: 23, delete: 12 },
  permissions: {
    create: "compute.subnetworks.create",
    update: "compute.subnetworks.update",
    delete: "compute.subnetworks.delete",
    read: "compute.subnetworks.get",
  },
  verify: (inputs, context) => {
    const id = subnetworkId(inputs, context);
    refuseOverlaps(id, inputs.network, rangesOf(inputs), context);
  },
  create: (inputs, context) => {
    const id = subnetworkId(inputs, context);
    return {
      id,
      outputs: {
        subnetworkId: numericId(id),
        gatewayAddress: inputs.ipCidrRange.replace(/\d+\/\d+$/, "1"),
        creationTimestamp: "2026-01-01T00:00:00.000-08:00",
        fingerprint: makeId("", JSON.stringify(inputs), 12),
        selfLink: `${compute}/${id}`,
        project: projectOf(inputs, context),
        region: locationOf(inputs, context),
      },
    };
  },
});

function subnetworkId(
  inputs: { readonly name: string; readonly project?: string; readonly region?: string },
  context: CallContext,
): string {
  return `projects/${projectOf(inputs, context)}/regions/${locationOf(inputs, context)}/subnetworks/${inputs.name}`;
}

function rangesOf(inputs: Readonly<Record<string, unknown>>): string[] {
  return [...valuesAt(inputs, "ipCidrRange"), ...valuesAt(inputs, "secondaryIpRanges[].ipCidrRange")].map(String);
}

/** Ranges of one network must not overlap. Source: cloud.google.com/vpc/docs/subnets, "Valid ranges" */
function refuseOverlaps(id: string, networkId: string, ranges: readonly string[], { world }: CallContext): void {
  const others = world
    .list(subnetworkType)
    .filter((record) => record.id !== id && record.inputs.network === networkId)
    .flatMap((record) => rangesOf(record.inputs));
  for (const [index, range] of ranges.entries()) {
    const other = [...others, ...ranges.slice(0, index)].find((candidate) => overlap(range, candidate));
    if (other !== undefined) {
      throw new CloudError(
        googleErrors.badRequest,
        `Invalid IPCidrRange: ${range} conflicts with existing subnetwork range ${other} in network ${networkId}`,
      );
    }
  }
}

function numericId(seed: string): string {
  return String(Number.parseInt(makeId("", seed, 12), 16)).padStart(16, "1");
}
