import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { googleErrors, projectOf } from "./context";
import { labels, project } from "./schemas";

/** Source: cloud.google.com/storage/docs/buckets, "Bucket names"; those with dots belong to domains. */
const bucketName = z
  .string()
  .min(3)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9_-]*[a-z0-9]$/, "must be lower-case letters, digits, hyphens and underscores");

/** A bucket. Objects are not simulated, so that one is always empty, and goes without `forceDestroy`. */
export const bucket = defineResource({
  type: "gcp:storage/bucket:Bucket",
  source: "terraform-provider-google storage/resource_storage_bucket.go; Cloud Storage JSON API buckets",
  inputs: z.strictObject({
    name: bucketName,
    location: z.string(),
    project: project.optional(),
    labels: labels.optional(),
    forceDestroy: z.boolean().optional(),
    uniformBucketLevelAccess: z.boolean().optional(),
    publicAccessPrevention: z.enum(["inherited", "enforced"]).optional(),
    versioning: z.strictObject({ enabled: z.boolean() }).optional(),
    lifecycleRules: z
      .array(
        z.strictObject({
          action: z.strictObject({ type: z.enum(["Delete", "AbortIncompleteMultipartUpload"]) }),
          condition: z.strictObject({
            age: z.int().min(0).optional(),
            daysSinceNoncurrentTime: z.int().min(0).optional(),
            numNewerVersions: z.int().min(0).optional(),
          }),
        }),
      )
      .max(100)
      .optional(),
  }),
  immutable: ["name", "location", "project"],
  computed: ["url", "selfLink", "project"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs) => inputs.name,
  taken: "googleapi: Error 409: The requested bucket name is not available., conflict",
  seconds: { create: 2, delete: 1 },
  permissions: {
    create: "storage.buckets.create",
    update: "storage.buckets.update",
    delete: "storage.buckets.delete",
    read: "storage.buckets.get",
  },
  verify: (inputs) => {
    if (/^goog|google|g00gle/.test(inputs.name)) {
      throw new CloudError(googleErrors.badRequest, `Invalid bucket name: '${inputs.name}'`);
    }
  },
  create: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      url: `gs://${inputs.name}`,
      selfLink: `https://www.googleapis.com/storage/v1/b/${inputs.name}`,
      project: projectOf(inputs, context),
    },
  }),
});
