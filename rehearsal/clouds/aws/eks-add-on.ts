import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import type { World } from "../kernel/world";
import { arn, regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { cluster } from "./eks-cluster";
import { nodeGroup } from "./eks-nodes";

/** Add-ons that a new cluster has already, unmanaged, unless it was made without (EKS API, bootstrapSelfManagedAddons). */
const selfManaged = ["vpc-cni", "coredns", "kube-proxy"];

/** Add-ons with replicas, not one pod on each node: without a node they are DEGRADED. */
const needNodes = ["coredns", "metrics-server", "aws-ebs-csi-driver"];

/** Add-ons that the simulation knows (EKS user guide, "AWS add-ons"). */
const addOns = [...selfManaged, "eks-pod-identity-agent", "metrics-server", "aws-ebs-csi-driver"];

/** Seconds that the provider waits until an add-on is ACTIVE: terraform-provider-aws aws_eks_addon, create timeout. */
const patience = 20 * 60;

const conflicts = z.enum(["NONE", "OVERWRITE", "PRESERVE"]);

export const addOn: ResourceDefinition = defineResource({
  type: "aws:eks/addon:Addon",
  source: 'EKS API CreateAddon, DeleteAddon; EKS user guide, "Amazon EKS add-ons"',
  inputs: z.strictObject({
    clusterName: z.string(),
    addonName: z
      .string()
      .refine((name) => addOns.includes(name), "InvalidParameterException: Addon specified is not supported"),
    addonVersion: z
      .string()
      .regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/)
      .optional(),
    configurationValues: z
      .string()
      .refine(isJsonObject, "InvalidParameterException: ConfigurationValue is not a JSON object")
      .optional(),
    preserve: z.boolean().optional(),
    resolveConflictsOnCreate: conflicts.exclude(["PRESERVE"]).optional(),
    resolveConflictsOnUpdate: conflicts.optional(),
    tags,
  }),
  immutable: ["clusterName", "addonName"],
  computed: ["arn", "addonVersion", "createdAt", "modifiedAt", "tagsAll"],
  identity: (inputs) => `${inputs.clusterName}/${inputs.addonName}`,
  taken: "ResourceInUseException",
  references: [{ property: "clusterName", types: [cluster.type], missing: "ResourceNotFoundException" }],
  seconds: seconds.addOn,
  permissions: {
    create: "eks:CreateAddon",
    update: "eks:UpdateAddon",
    delete: "eks:DeleteAddon",
    read: "eks:DescribeAddon",
  },
  waitFor: async (inputs, { world }) => {
    if (needNodes.includes(inputs.addonName)) {
      await untilNodes(world, inputs.clusterName);
    }
  },
  verify: (inputs, { world }) => {
    const bootstrapped = world.find(cluster.type, inputs.clusterName)?.inputs.bootstrapSelfManagedAddons !== false;
    const adopted = world.find("aws:eks/addon:Addon", `${inputs.clusterName}:${inputs.addonName}`) !== undefined;
    if (
      bootstrapped &&
      !adopted &&
      selfManaged.includes(inputs.addonName) &&
      inputs.resolveConflictsOnCreate !== "OVERWRITE"
    ) {
      throw new CloudError(
        "ConfigurationConflict",
        `Conflicts found when trying to apply ${inputs.addonName}. Will not continue due to resolve conflicts mode.`,
      );
    }
  },
  create: (inputs, { config, previous }) => ({
    id: `${inputs.clusterName}:${inputs.addonName}`,
    outputs: {
      arn: arn("eks", regionOf(config), `addon/${inputs.clusterName}/${inputs.addonName}`),
      addonVersion: inputs.addonVersion ?? previous?.outputs.addonVersion ?? "v1.0.0-eksbuild.1",
      createdAt: previous?.outputs.createdAt ?? new Date().toISOString(),
      modifiedAt: new Date().toISOString(),
      ...tagsAll(inputs, config),
    },
  }),
});

async function untilNodes(world: World, clusterName: string): Promise<void> {
  const end = world.now() + world.milliseconds(patience);
  const ready = () =>
    world
      .list(nodeGroup.type)
      .some(({ inputs, readyAt }) => inputs.clusterName === clusterName && readyAt <= world.now());
  while (!ready()) {
    if (world.now() > end) {
      throw new CloudError(
        "InsufficientNumberOfReplicas",
        "unexpected state 'DEGRADED', wanted target 'ACTIVE': The add-on is unhealthy because it doesn't have the " +
          "desired number of replicas.",
      );
    }
    await sleep(5);
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
