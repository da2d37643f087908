import { createHash } from "node:crypto";
import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { arn, regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { policyDocument } from "./iam-text";

export const key: ResourceDefinition = defineResource({
  type: "aws:kms/key:Key",
  source: "KMS API CreateKey, EnableKeyRotation, ScheduleKeyDeletion",
  inputs: z.strictObject({
    description: z.string().max(8192).optional(),
    enableKeyRotation: z.boolean().optional(),
    rotationPeriodInDays: z.int().min(90).max(2560).optional(),
    deletionWindowInDays: z.int().min(7).max(30).optional(),
    policy: policyDocument(32768).optional(),
    tags,
  }),
  immutable: [],
  computed: ["arn", "keyId", "policy", "tagsAll"],
  // The provider waits until the key, its policy and its rotation read back as set.
  seconds: { create: 12, delete: 1 },
  permissions: {
    create: "kms:CreateKey",
    update: "kms:UpdateKeyDescription",
    delete: "kms:ScheduleKeyDeletion",
    read: "kms:DescribeKey",
  },
  create: (inputs, { world, config, name, previous }) => {
    const id = previous?.id ?? uuid(`${name}/${world.now()}`);
    return {
      id,
      outputs: {
        arn: arn("kms", regionOf(config), `key/${id}`),
        keyId: id,
        policy: inputs.policy ?? JSON.stringify(defaultKeyPolicy),
        ...tagsAll(inputs, config),
      },
    };
  },
});

/** KMS API CreateKey, "Default key policy". */
const defaultKeyPolicy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: arn("iam", "", "root") }, Action: "kms:*", Resource: "*" }],
};

export const alias: ResourceDefinition = defineResource({
  type: "aws:kms/alias:Alias",
  source: "KMS API CreateAlias",
  inputs: z.strictObject({
    name: z
      .string()
      .max(256)
      .regex(/^alias\/[a-zA-Z0-9/_-]+$/, "alias/ and letters, digits, / _ -")
      .refine((name) => !name.startsWith("alias/aws/"), "alias/aws/ is for keys of AWS's own"),
    targetKeyId: z.string(),
  }),
  immutable: ["name"],
  computed: ["arn", "targetKeyArn"],
  identity: (inputs, { config }) => `${regionOf(config)}/${inputs.name}`,
  taken: "AlreadyExistsException",
  references: [{ property: "targetKeyId", types: [key.type], missing: "NotFoundException" }],
  seconds: { create: 1, delete: 1 },
  permissions: {
    create: "kms:CreateAlias",
    update: "kms:UpdateAlias",
    delete: "kms:DeleteAlias",
    read: "kms:ListAliases",
  },
  create: (inputs, { config }) => ({
    id: inputs.name,
    outputs: {
      arn: arn("kms", regionOf(config), inputs.name),
      targetKeyArn: arn("kms", regionOf(config), `key/${inputs.targetKeyId}`),
    },
  }),
});

function uuid(seed: string): string {
  const digits = createHash("sha256").update(seed).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}
