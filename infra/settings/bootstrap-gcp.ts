import { z } from "zod";
import { bootstrapSettings } from "./bootstrap";
import { gcpProject, gcpRegion } from "./gcp-project";

/** Settings of `<env>-bootstrap-gcp`. */
export const bootstrapGcpSettings = z.object({
  ...bootstrapSettings,
  /** The project that the environment's Google Cloud stack is in. */
  "gcp:project": gcpProject,
  /** Region that the environment's Google Cloud stack is in, and of the bucket; identities belong to the whole project. */
  "gcp:region": gcpRegion,
});
