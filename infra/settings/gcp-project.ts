import { z } from "zod";

/** Project of everything in the stack; read by the Google provider itself. */
export const gcpProject = z
  .string()
  .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "the id (not the number or the name) of a Google Cloud project");

/** Region of everything in the stack; read by the Google provider itself. */
export const gcpRegion = z
  .string()
  .regex(/^[a-z]+-[a-z]+\d+$/, "a Google Cloud region such as us-central1, not a zone");
