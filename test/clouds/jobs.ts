import type { TestContext } from "node:test";
import { startTokenIssuer, type TokenIssuer, type WorkflowJob } from "../../rehearsal/github/oidc";

/** The repository that the tests' identities trust. */
export const repository = { owner: "acme", ownerId: 11, name: "shop", id: 22 };

/** A job that deploys to `dev`. */
export const deployJob: WorkflowJob = {
  repository,
  subjects: "names",
  event: "push",
  ref: "refs/heads/main",
  environment: "dev",
  workflow: ".github/workflows/deploy.yml",
};

/** A job of a pull request. */
export const previewJob: WorkflowJob = {
  ...deployJob,
  event: "pull_request",
  ref: "refs/pull/7/merge",
  environment: undefined,
  workflow: ".github/workflows/preview.yml",
};

/** An issuer of tokens that is gone with the test. @param clouds see {@link startTokenIssuer} */
export async function issuerFor(context: TestContext, clouds?: string): Promise<TokenIssuer> {
  const issuer = await startTokenIssuer({ clouds });
  context.after(() => issuer.stop());
  return issuer;
}
