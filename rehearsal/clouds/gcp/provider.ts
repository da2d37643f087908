import { z } from "zod";
import type { ProviderDefinition } from "../kernel/definition";
import { repository } from "./artifact-registry";
import { cluster } from "./cluster";
import { projectMember, repositoryMember, serviceAccountMember } from "./iam-members";
import { network, subnetwork } from "./network";
import { nodePool } from "./node-pool";
import { router, routerNat } from "./router";
import { project } from "./schemas";
import { serviceAccount } from "./service-account";

/** The simulated Google Cloud: one world, which stands for whatever projects are named. */
export const provider: ProviderDefinition = {
  name: "gcp",
  config: z.strictObject({
    project,
    region: z.string().regex(/^[a-z]+-[a-z]+\d+$/, "must be a region, for instance us-central1"),
  }),
  resources: [
    ...[network, subnetwork, router, routerNat],
    ...[serviceAccount, projectMember, repositoryMember, serviceAccountMember],
    ...[repository, cluster, nodePool],
  ],
  functions: [],
  world: () => "gcp",
};
