import { z } from "zod";

/** A location as the Azure provider takes it. */
export const azureLocation = z.string().regex(/^[a-z]+[a-z0-9]*$/, "an Azure location such as eastus, without spaces");

/** What replaces project and environment in names that are unique in all of Azure. */
export const azureProject = z
  .string()
  .regex(/^[a-z0-9]+$/, "lower-case letters and digits")
  .optional();
