import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { accountId, arn, regionOf } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";
import { policyDocument } from "./iam-text";
import { imagesOf, removeImages } from "./images";

export const repository: ResourceDefinition = defineResource({
  type: "aws:ecr/repository:Repository",
  source: "ECR API CreateRepository, DeleteRepository",
  inputs: z.strictObject({
    name: z
      .string()
      .min(2)
      .max(256)
      .regex(
        /^(?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\/)*[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/,
        "lower-case letters and digits, separated by . _ __ - or /",
      ),
    imageTagMutability: z.enum(["MUTABLE", "IMMUTABLE"]).optional(),
    imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
    encryptionConfigurations: z
      .array(z.strictObject({ encryptionType: z.enum(["AES256", "KMS", "KMS_DSSE"]), kmsKey: z.string().optional() }))
      .max(1)
      .optional(),
    forceDelete: z.boolean().optional(),
    tags,
  }),
  immutable: ["name", "encryptionConfigurations"],
  computed: ["arn", "repositoryUrl", "registryId", "tagsAll"],
  identity: (inputs, { config }) => `${regionOf(config)}/${inputs.name}`,
  taken: "RepositoryAlreadyExistsException",
  autoName: { property: "name", separator: "-", digits: 7 },
  seconds: seconds.repository,
  permissions: {
    create: "ecr:CreateRepository",
    update: "ecr:PutImageTagMutability",
    delete: "ecr:DeleteRepository",
    read: "ecr:DescribeRepositories",
  },
  verifyDelete: (record, { world }) => {
    if (record.inputs.forceDelete !== true && imagesOf(world, record.id).length > 0) {
      throw new CloudError(
        "RepositoryNotEmptyException",
        `The repository with name '${record.id}' in registry with id '${accountId}' cannot be deleted because it ` +
          `still contains images`,
      );
    }
  },
  whenDeleted: (record, { world }) => {
    removeImages(world, record.id);
  },
  create: (inputs, { config }) => {
    const region = regionOf(config);
    return {
      id: inputs.name,
      outputs: {
        arn: arn("ecr", region, `repository/${inputs.name}`),
        registryId: accountId,
        repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/${inputs.name}`,
        ...tagsAll(inputs, config),
      },
    };
  },
});

/** ECR user guide, "Lifecycle policy parameters". */
const selection = z
  .strictObject({
    tagStatus: z.enum(["tagged", "untagged", "any"]),
    tagPrefixList: z.array(z.string().min(1)).min(1).optional(),
    tagPatternList: z.array(z.string().min(1)).min(1).max(4).optional(),
    countType: z.enum(["imageCountMoreThan", "sinceImagePushed"]),
    countUnit: z.literal("days").optional(),
    countNumber: z.int().min(1),
  })
  .refine(
    (value) =>
      (value.tagStatus === "tagged") === (value.tagPrefixList !== undefined || value.tagPatternList !== undefined),
    "tagPrefixList or tagPatternList goes with tagStatus tagged, and only with it",
  )
  .refine(
    (value) => (value.countType === "sinceImagePushed") === (value.countUnit !== undefined),
    "countUnit goes with countType sinceImagePushed, and only with it",
  );

const lifecycle = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        rulePriority: z.int().min(1),
        description: z.string().optional(),
        selection,
        action: z.strictObject({ type: z.literal("expire") }),
      }),
    )
    .min(1)
    .refine(
      (rules) => new Set(rules.map(({ rulePriority }) => rulePriority)).size === rules.length,
      "each rulePriority once",
    ),
});

export const lifecyclePolicy: ResourceDefinition = defineResource({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  source: 'ECR API PutLifecyclePolicy; ECR user guide, "Lifecycle policy parameters"',
  inputs: z.strictObject({
    repository: z.string(),
    policy: z
      .string()
      .min(100)
      .max(30720)
      .refine((text) => lifecycle.safeParse(json(text)).success, "InvalidParameterException: not a lifecycle policy"),
  }),
  immutable: ["repository"],
  computed: ["registryId"],
  identity: (inputs, { config }) => `${regionOf(config)}/${inputs.repository}`,
  references: [{ property: "repository", types: [repository.type], missing: "RepositoryNotFoundException" }],
  seconds: seconds.immediate,
  permissions: {
    create: "ecr:PutLifecyclePolicy",
    delete: "ecr:DeleteLifecyclePolicy",
    read: "ecr:GetLifecyclePolicy",
  },
  create: (inputs) => ({ id: inputs.repository, outputs: { registryId: accountId } }),
});

export const repositoryPolicy: ResourceDefinition = defineResource({
  type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  source: "ECR API SetRepositoryPolicy",
  inputs: z.strictObject({ repository: z.string(), policy: policyDocument(10240) }),
  immutable: ["repository"],
  computed: ["registryId"],
  identity: (inputs, { config }) => `${regionOf(config)}/${inputs.repository}`,
  references: [{ property: "repository", types: [repository.type], missing: "RepositoryNotFoundException" }],
  seconds: seconds.immediate,
  permissions: {
    create: "ecr:SetRepositoryPolicy",
    delete: "ecr:DeleteRepositoryPolicy",
    read: "ecr:GetRepositoryPolicy",
  },
  create: (inputs) => ({ id: inputs.repository, outputs: { registryId: accountId } }),
});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
