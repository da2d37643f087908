import { z } from "zod";
import { changedProperties } from "../kernel/values";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { arn, regionOf } from "./account";
import { idFor, tags, tagsAll } from "./common";

const flag = z.enum(["true", "false"]);

export const launchTemplate: ResourceDefinition = defineResource({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  source: "EC2 API CreateLaunchTemplate, CreateLaunchTemplateVersion",
  inputs: z.strictObject({
    name: z
      .string()
      .min(3)
      .max(128)
      .regex(/^[a-zA-Z0-9().\-/_]+$/, "letters, digits and ( ) . - / _"),
    instanceType: z
      .string()
      .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an EC2 instance type")
      .optional(),
    updateDefaultVersion: z.boolean().optional(),
    metadataOptions: z
      .strictObject({
        httpEndpoint: z.enum(["enabled", "disabled"]).optional(),
        httpTokens: z.enum(["optional", "required"]).optional(),
        httpPutResponseHopLimit: z.int().min(1).max(64).optional(),
      })
      .optional(),
    blockDeviceMappings: z
      .array(
        z.strictObject({
          deviceName: z.string(),
          ebs: z.strictObject({
            volumeType: z.enum(["gp2", "gp3", "io1", "io2", "standard"]),
            volumeSize: z.int().min(1).max(65536),
            encrypted: flag.optional(),
            deleteOnTermination: flag.optional(),
          }),
        }),
      )
      .optional(),
    tagSpecifications: z
      .array(z.strictObject({ resourceType: z.enum(["instance", "volume", "network-interface"]), tags }))
      .optional(),
    tags,
  }),
  immutable: ["name"],
  computed: ["arn", "latestVersion", "defaultVersion", "tagsAll"],
  identity: (inputs, { config }) => `${regionOf(config)}/${inputs.name}`,
  taken: "InvalidLaunchTemplateName.AlreadyExistsException",
  autoName: { property: "name", separator: "-", digits: 7 },
  seconds: { create: 1, delete: 1 },
  permissions: {
    create: "ec2:CreateLaunchTemplate",
    update: "ec2:CreateLaunchTemplateVersion",
    delete: "ec2:DeleteLaunchTemplate",
    read: "ec2:DescribeLaunchTemplates",
  },
  create: (inputs, context) => {
    const { previous } = context;
    const before = Number(previous?.outputs.latestVersion ?? 0);
    // Tags of the template itself are no part of a version.
    const changed = changedProperties(previous?.inputs ?? {}, inputs).some((property) => property !== "tags");
    const latestVersion = changed ? before + 1 : before;
    const id = idFor("lt-", context);
    return {
      id,
      outputs: {
        arn: arn("ec2", regionOf(context.config), `launch-template/${id}`),
        latestVersion,
        defaultVersion: inputs.updateDefaultVersion === true ? latestVersion : (previous?.outputs.defaultVersion ?? 1),
        ...tagsAll(inputs, context.config),
      },
    };
  },
});
