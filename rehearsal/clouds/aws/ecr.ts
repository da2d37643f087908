import { z } from "zod";
import { defineResource } from "../kernel/definition";

export const repository = defineResource({
  type: "aws:ecr/repository:Repository",
  source: "ECR API CreateRepository; terraform-provider-aws aws_ecr_repository",
  inputs: z.strictObject({
    name: z.string().min(2).max(256),
    imageTagMutability: z.enum(["MUTABLE", "IMMUTABLE"]).optional(),
    tags: z.record(z.string(), z.string()).optional(),
    forceDelete: z.boolean().optional(),
  }),
  immutable: ["name"],
  computed: ["arn", "repositoryUrl", "registryId"],
  identity: (inputs, { config }) => `${String(config["region"])}/${inputs.name}`,
  taken: "RepositoryAlreadyExistsException",
  autoName: { property: "name", separator: "-", digits: 7 },
  seconds: { create: 1, delete: 1 },
  permissions: { create: "ecr:CreateRepository", delete: "ecr:DeleteRepository", read: "ecr:DescribeRepositories" },
  create: (inputs, { config }) => {
    const region = String(config["region"]);
    const account = "123456789012";
    return {
      id: inputs.name,
      outputs: {
        arn: `arn:aws:ecr:${region}:${account}:repository/${inputs.name}`,
        registryId: account,
        repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${inputs.name}`,
      },
    };
  },
});
