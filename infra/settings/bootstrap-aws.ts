import { z } from "zod";
import { awsRegion } from "./aws-region";
import { bootstrapSettings } from "./bootstrap";

/** Settings of `<env>-bootstrap-aws`. */
export const bootstrapAwsSettings = z.object({
  ...bootstrapSettings,
  /** Region that the environment's AWS stack is in, and of the bucket; roles belong to the whole account. */
  "aws:region": awsRegion,
  /**
   * IAM's OIDC provider for GitHub, of which an account has one: `create`, or `existing` for the one that another stack
   * (the account's other environment, for instance) or somebody made. @default create
   */
  "trinity:githubProvider": z.enum(["create", "existing"]).default("create"),
});
