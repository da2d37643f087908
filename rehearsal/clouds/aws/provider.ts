import { z } from "zod";
import type { ProviderDefinition } from "../kernel/definition";
import { tags } from "./common";
import { lifecyclePolicy, repository, repositoryPolicy } from "./ecr";
import { accessEntry, accessPolicyAssociation } from "./eks-access";
import { addOn } from "./eks-add-on";
import { cluster } from "./eks-cluster";
import { nodeGroup } from "./eks-nodes";
import * as functions from "./functions";
import { elasticIp, internetGateway, natGateway } from "./gateways";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./iam";
import { openIdConnectProvider } from "./iam-oidc";
import { alias, key } from "./kms";
import { launchTemplate } from "./launch-template";
import { logIn } from "./log-in";
import { logGroup } from "./logs";
import { functionRequestOf, requestOf } from "./requests";
import { route, routeTable, routeTableAssociation, vpcEndpoint } from "./routes";
import { bucket, bucketPolicy, encryption, publicAccessBlock, versioning } from "./s3";
import { subnet, vpc } from "./vpc";
import { zones } from "./zones";

/** The simulated AWS: what a platform on EKS and ECR needs of it, in one account. */
export const provider: ProviderDefinition = {
  name: "aws",
  config: z.strictObject({
    region: z
      .string()
      .refine((region) => region in zones, `one of the simulated regions ${Object.keys(zones).join(", ")}`),
    defaultTags: z.strictObject({ tags }).optional(),
    allowedAccountIds: z.array(z.string()).optional(),
    // The SDK's own defaults.
    skipCredentialsValidation: z.literal("false").or(z.boolean()).optional(),
    skipRegionValidation: z.literal("true").or(z.boolean()).optional(),
  }),
  resources: [
    vpc,
    subnet,
    internetGateway,
    elasticIp,
    natGateway,
    routeTable,
    route,
    routeTableAssociation,
    vpcEndpoint,
    launchTemplate,
    role,
    policy,
    rolePolicyAttachment,
    rolePolicy,
    openIdConnectProvider,
    bucket,
    versioning,
    encryption,
    publicAccessBlock,
    bucketPolicy,
    key,
    alias,
    logGroup,
    repository,
    lifecyclePolicy,
    repositoryPolicy,
    cluster,
    nodeGroup,
    addOn,
    accessEntry,
    accessPolicyAssociation,
  ],
  functions: Object.values(functions),
  world: () => "aws",
  logIn,
  request: requestOf,
  functionRequest: functionRequestOf,
};
