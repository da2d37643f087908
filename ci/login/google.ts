import type { Handover } from "./hand-over";
import { type Job, writePrivate } from "./job";
import type { Login } from "./variables";

/**
 * Hands over a file that tells Google's SDKs and `gcloud` how to get access by themselves: they ask GitHub for a token of
 * the job, exchange it, and become the service account. They do so again whenever an hour is over, so that it lasts as
 * long as the job. The file holds what the job asks GitHub with, and is its user's alone.
 *
 * Source: google.aip.dev/auth/4117, "URL-sourced credentials"; google-github-actions/auth, src/client/workload_identity_federation.ts
 */
export function logInToGoogle(job: Job, { outputs, identity }: Login<"gcp">): Handover {
  const url = new URL(job.requestUrl);
  url.searchParams.set("audience", googleAudience(outputs.provider));
  const account = outputs.identities[identity];
  const file = writePrivate(
    job,
    "google.json",
    JSON.stringify({
      type: "external_account",
      audience: `//iam.googleapis.com/${outputs.provider}`,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: "https://sts.googleapis.com/v1/token",
      service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
      credential_source: {
        url: url.toString(),
        headers: { Authorization: `Bearer ${job.requestToken}` },
        format: { type: "json", subject_token_field_name: "value" },
      },
    }),
  );
  return {
    variables: {
      GOOGLE_APPLICATION_CREDENTIALS: file,
      // gcloud, and gke-gcloud-auth-plugin through it, which do not read the one above.
      CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: file,
      GOOGLE_CLOUD_PROJECT: outputs.project,
      CLOUDSDK_CORE_PROJECT: outputs.project,
    },
  };
}

/** Whom a job's token for Google is for, where the provider names no audience of its own (WIF, "allowed audiences"). */
export function googleAudience(provider: string): string {
  return `https://iam.googleapis.com/${provider}`;
}
