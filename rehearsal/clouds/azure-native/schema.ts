import { z } from "zod";

/** `eastus`; the provider takes `East US` as the same (azure-native, normalizedLocation). */
export const location = z.string().regex(/^[A-Za-z][A-Za-z0-9 ]*$/);

/** 50 tags at most, names up to 512 characters without `<>%&\?/`, values up to 256 (Azure Resource Manager, tags). */
export const tags = z
  .record(
    z
      .string()
      .max(512)
      .regex(/^[^<>%&\\?/]+$/),
    z.string().max(256),
  )
  .refine((all) => Object.keys(all).length <= 50, "has more than 50 tags")
  .optional();

export const guidText = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "must be a GUID");

export const ipv4Range = z.cidrv4();
