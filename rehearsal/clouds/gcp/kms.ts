import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { googleErrors, projectOf } from "./context";
import { labels, project } from "./schemas";

const keyRingType = "gcp:kms/keyRing:KeyRing";

/** Source: Cloud KMS API keyRings.create and cryptoKeys.create */
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,63}$/, "must be 1 to 63 letters, digits, hyphens and underscores");

/** Neither is ever deleted: the provider only forgets it. Source: cloud.google.com/kms/docs/object-hierarchy, "Lifetime" */
const forEver = {
  seconds: 100 * 365 * 24 * 60 * 60,
  error: "googleapi: Error 409: it already exists, for it is never deleted",
};

export const keyRing = defineResource({
  type: keyRingType,
  source: "terraform-provider-google kms/resource_kms_key_ring.go; Cloud KMS API keyRings",
  inputs: z.strictObject({ name, location: z.string(), project: project.optional() }),
  immutable: ["name", "location", "project"],
  computed: ["project"],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs, context) => keyRingPath(projectOf(inputs, context), inputs),
  taken: googleErrors.alreadyExists,
  held: forEver,
  seconds: { create: 1 },
  permissions: { create: "cloudkms.keyRings.create", read: "cloudkms.keyRings.get" },
  create: (inputs, context) => {
    const owner = projectOf(inputs, context);
    return { id: keyRingPath(owner, inputs), outputs: { project: owner } };
  },
});

/** `<seconds>s`, at least a day. Source: terraform-provider-google kms, validateKmsCryptoKeyRotationPeriod */
const rotationPeriod = z
  .string()
  .regex(/^\d+(\.\d{1,9})?s$/, "must be a number of seconds and the letter s")
  .refine((period) => Number(period.slice(0, -1)) >= 86_400, "rotation period must be greater than one day");

export const cryptoKey = defineResource({
  type: "gcp:kms/cryptoKey:CryptoKey",
  source: "terraform-provider-google kms/resource_kms_crypto_key.go; Cloud KMS API cryptoKeys",
  inputs: z.strictObject({
    name,
    keyRing: z.string(),
    purpose: z.enum(["ENCRYPT_DECRYPT", "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "MAC"]).optional(),
    rotationPeriod: rotationPeriod.optional(),
    labels: labels.optional(),
  }),
  immutable: ["name", "keyRing", "purpose"],
  computed: [],
  autoName: { property: "name", separator: "-", digits: 7 },
  identity: (inputs) => `${inputs.keyRing}/cryptoKeys/${inputs.name}`,
  taken: googleErrors.alreadyExists,
  held: forEver,
  references: [{ property: "keyRing", types: [keyRingType], missing: googleErrors.notFound }],
  seconds: { create: 1 },
  permissions: {
    create: "cloudkms.cryptoKeys.create",
    update: "cloudkms.cryptoKeys.update",
    // The provider destroys its versions instead.
    delete: "cloudkms.cryptoKeyVersions.destroy",
    read: "cloudkms.cryptoKeys.get",
  },
  verify: (inputs) => {
    if (inputs.rotationPeriod !== undefined && (inputs.purpose ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT") {
      // Source: Cloud KMS API, CryptoKey.rotationPeriod
      throw new CloudError(
        googleErrors.badRequest,
        "only keys with purpose ENCRYPT_DECRYPT support automatic rotation",
      );
    }
  },
  create: (inputs) => ({ id: `${inputs.keyRing}/cryptoKeys/${inputs.name}`, outputs: {} }),
});

function keyRingPath(owner: string, ring: { readonly name: string; readonly location: string }): string {
  return `projects/${owner}/locations/${ring.location}/keyRings/${ring.name}`;
}
