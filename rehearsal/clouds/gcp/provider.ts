import { z } from "zod";
import type { ProviderDefinition } from "../kernel/definition";
import { repository } from "./artifact-registry";
import { cluster } from "./cluster";
import { customRole } from "./custom-role";
import { projectMember, repositoryMember, serviceAccountMember } from "./iam-members";
import { cryptoKey, keyRing } from "./kms";
import { logIn } from "./log-in";
import { network, subnetwork } from "./network";
import { nodePool } from "./node-pool";
import { requestOf } from "./permissions";
import { router, routerNat } from "./router";
import { project } from "./schemas";
import { serviceAccount } from "./service-account";
import { bucket } from "./storage";
import { workloadIdentityPool, workloadIdentityProvider } from "./workload-identity";

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
    ...[workloadIdentityPool, workloadIdentityProvider, customRole],
    ...[bucket, keyRing, cryptoKey],
  ],
  functions: [],
  world: () => "gcp",
  logIn,
  request: requestOf,
};
