import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** An input that the engine hands over as it is, or as an output where it depends on something. */
const input = z.unknown().optional();

/** Settings of an add-on that is left off. The SDK fills in the other two. */
const leftOff = z.strictObject({
  enabled: z.literal(false, "must be false: the simulated component makes no add-ons; declare aws.eks.Addon"),
  resolveConflictsOnCreate: input,
  resolveConflictsOnUpdate: input,
});

/** An option that must be set, because what the real component makes without it is not simulated. */
function needed(why: string) {
  return z.literal(true, `must be true: ${why} not simulated`);
}

const empty = z
  .array(z.unknown())
  .max(0, "does not support non-empty values when 'authenticationMode' is set to 'API'")
  .optional();

/**
 * The arguments of `eks:index:Cluster` that the simulation knows: those of a cluster without nodes, security
 * groups, add-ons and access entries of its own. Any other is an error, Auto Mode and Fargate included.
 */
export const clusterArguments = z.strictObject({
  name: input,
  version: input,
  vpcId: input,
  privateSubnetIds: input,
  /** A role, handed over whole. */
  serviceRole: input,
  publicSubnetIds: input,
  authenticationMode: z.literal(
    "API",
    "must be API: modes with the aws-auth ConfigMap are not simulated (unset is CONFIG_MAP, the API's default)",
  ),
  roleMappings: empty,
  userMappings: empty,
  instanceRoles: empty,
  endpointPrivateAccess: input,
  endpointPublicAccess: input,
  publicAccessCidrs: input,
  encryptionConfigKeyArn: input,
  enabledClusterLogTypes: input,
  upgradePolicy: input,
  deletionProtection: input,
  bootstrapSelfManagedAddons: input,
  skipDefaultNodeGroup: needed("a default node group is"),
  skipDefaultSecurityGroups: needed("default security groups are"),
  useDefaultVpcCni: needed("the VPC CNI add-on is"),
  kubeProxyAddonOptions: leftOff,
  corednsAddonOptions: leftOff.optional(),
  tags: input,
  clusterTags: input,
  providerCredentialOpts: input,
});

export type ClusterArguments = z.infer<typeof clusterArguments>;

/** @throws pulumi.InputPropertiesError naming each argument that is wrong or unknown */
export function checkedArguments(inputs: pulumi.Inputs): ClusterArguments {
  const parsed = clusterArguments.safeParse(inputs);
  if (parsed.success) {
    return parsed.data;
  }
  throw new pulumi.InputPropertiesError({
    message: "eks:index:Cluster is given arguments that the simulated component refuses",
    errors: parsed.error.issues.map((issue) => ({
      propertyPath: [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys : [])].map(String).join("."),
      reason: issue.message,
    })),
  });
}
