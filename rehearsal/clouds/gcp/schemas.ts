import { z } from "zod";

/** Names that the real provider checks before it asks the cloud. Source: terraform-provider-google verify/validation.go */
export const computeName = z
  .string()
  .regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be 1 to 63 lower-case letters, digits and hyphens");

export const project = z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "must be the id of a project");

export const cidr = z.cidrv4();

/** Source: cloud.google.com/compute/docs/labeling-resources */
export const labels = z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/), z.string().regex(/^[a-z0-9_-]{0,63}$/));

/** Settings of nodes that this simulation knows. Source: terraform-provider-google container/node_config.go */
export const nodeConfig = z.strictObject({
  machineType: z.string().optional(),
  diskSizeGb: z.int().min(10).optional(),
  diskType: z.enum(["pd-standard", "pd-balanced", "pd-ssd"]).optional(),
  imageType: z.string().optional(),
  serviceAccount: z.string().optional(),
  oauthScopes: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  resourceLabels: labels.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  spot: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  shieldedInstanceConfig: z
    .strictObject({ enableSecureBoot: z.boolean().optional(), enableIntegrityMonitoring: z.boolean().optional() })
    .optional(),
  workloadMetadataConfig: z.strictObject({ mode: z.enum(["GCE_METADATA", "GKE_METADATA"]) }).optional(),
});

/** What of a node cannot change in place. Source: ForceNew in container/node_config.go */
export const immutableOfNodes = ["serviceAccount", "oauthScopes", "metadata", "spot", "shieldedInstanceConfig"].map(
  (property) => `nodeConfig.${property}`,
);

export const management = z.strictObject({ autoRepair: z.boolean().optional(), autoUpgrade: z.boolean().optional() });
