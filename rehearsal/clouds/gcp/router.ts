import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { googleErrors, locationOf, projectOf } from "./context";
import { networkReference } from "./network";
import { computeName, project } from "./schemas";

const routerType = "gcp:compute/router:Router";
const routerNatType = "gcp:compute/routerNat:RouterNat";

export const router = defineResource({
  type: routerType,
  source: "terraform-provider-google compute/resource_compute_router.go",
  inputs: z.strictObject({
    name: computeName,
    project: project.optional(),
    region: z.string().optional(),
    description: z.string().optional(),
    network: z.string(),
  }),
  immutable: ["name", "project", "region", "network"],
  computed: ["creationTimestamp", "selfLink", "project", "region"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs, context) => `${projectOf(inputs, context)}/${locationOf(inputs, context)}/${inputs.name}`,
  taken: googleErrors.alreadyExists,
  references: [networkReference],
  // Observed 12 to 22 s in public apply logs.
  seconds: { create: 12, delete: 12 },
  permissions: {
    create: "compute.routers.create",
    update: "compute.routers.update",
    delete: "compute.routers.delete",
    read: "compute.routers.get",
  },
  // A NAT is a part of its router (Compute API routers, nats[]), and goes with it.
  whenDeleted: (record, { world }) => {
    for (const nat of world.list(routerNatType)) {
      if (nat.inputs.router === record.inputs.name && nat.outputs.region === record.outputs.region) {
        world.delete(routerNatType, nat.id);
      }
    }
  },
  create: (inputs, context) => {
    const [owner, region] = [projectOf(inputs, context), locationOf(inputs, context)];
    const id = `projects/${owner}/regions/${region}/routers/${inputs.name}`;
    return {
      id,
      outputs: {
        creationTimestamp: "2026-01-01T00:00:00.000-08:00",
        selfLink: `https://www.googleapis.com/compute/v1/${id}`,
        project: owner,
        region,
      },
    };
  },
});

export const routerNat = defineResource({
  type: routerNatType,
  source: "terraform-provider-google compute/resource_compute_router_nat.go",
  inputs: z.strictObject({
    name: computeName.min(2),
    project: project.optional(),
    region: z.string().optional(),
    router: z.string(),
    natIpAllocateOption: z.enum(["AUTO_ONLY", "MANUAL_ONLY"]).optional(),
    sourceSubnetworkIpRangesToNat: z.enum([
      "ALL_SUBNETWORKS_ALL_IP_RANGES",
      "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES",
      "LIST_OF_SUBNETWORKS",
    ]),
  }),
  immutable: ["name", "project", "region", "router"],
  computed: ["project", "region"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs, context) => `${routerOf(inputs, context)}/${inputs.name}`,
  taken: googleErrors.alreadyExists,
  references: [{ property: "router", types: [routerType], by: "name", missing: googleErrors.notFound }],
  // Observed 11 to 23 s in public apply logs.
  seconds: { create: 12, delete: 12 },
  permissions: {
    // The API has no NAT of its own: it changes the router.
    create: "compute.routers.update",
    read: "compute.routers.get",
  },
  verify: (inputs) => {
    if (inputs.natIpAllocateOption === "MANUAL_ONLY") {
      // Source: Compute API routers.patch, nats[].natIps
      throw new CloudError(googleErrors.badRequest, "natIpAllocateOption MANUAL_ONLY needs natIps");
    }
  },
  create: (inputs, context) => ({
    id: `${routerOf(inputs, context)}/${inputs.name}`,
    outputs: { project: projectOf(inputs, context), region: locationOf(inputs, context) },
  }),
});

function routerOf(
  inputs: { readonly router: string; readonly project?: string; readonly region?: string },
  context: CallContext,
): string {
  return `${projectOf(inputs, context)}/${locationOf(inputs, context)}/${inputs.router}`;
}
