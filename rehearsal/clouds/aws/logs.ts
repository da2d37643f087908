import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import type { World } from "../kernel/world";
import { arn, regionOf } from "./account";
import { tags, tagsAll } from "./common";

/** CloudWatch Logs API PutRetentionPolicy, retentionInDays. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: ResourceDefinition = defineResource({
  type: "aws:cloudwatch/logGroup:LogGroup",
  source: "CloudWatch Logs API CreateLogGroup, PutRetentionPolicy",
  inputs: z.strictObject({
    name: z
      .string()
      .min(1)
      .max(512)
      .regex(/^[.\-_/#A-Za-z0-9]+$/, "letters, digits and . - _ / #"),
    retentionInDays: z
      .int()
      .refine((days) => retentions.includes(days), `one of ${retentions.join(", ")}`)
      .optional(),
    tags,
  }),
  immutable: ["name"],
  computed: ["arn", "tagsAll"],
  identity: (inputs) => inputs.name,
  taken: "ResourceAlreadyExistsException",
  autoName: { property: "name", separator: "-", digits: 7 },
  seconds: { create: 1, delete: 1 },
  permissions: {
    create: "logs:CreateLogGroup",
    update: "logs:PutRetentionPolicy",
    delete: "logs:DeleteLogGroup",
    read: "logs:DescribeLogGroups",
  },
  create: (inputs, { config }) => ({
    id: inputs.name,
    outputs: { arn: arn("logs", regionOf(config), `log-group:${inputs.name}`), ...tagsAll(inputs, config) },
  }),
});

/**
 * What EKS does when a cluster is to write logs and their group is missing: it makes one that keeps them for ever, and
 * that nobody deletes with the cluster (EKS user guide, "Send control plane logs to CloudWatch Logs").
 */
export function ensureLogGroup(world: World, name: string, region: string): void {
  if (world.find(logGroup.type, name) === undefined) {
    const now = world.now();
    world.insert({
      type: logGroup.type,
      id: name,
      identity: name,
      inputs: { name },
      outputs: { arn: arn("logs", region, `log-group:${name}`), tagsAll: {} },
      readyAt: now,
      visibleAt: now,
    });
  }
}
