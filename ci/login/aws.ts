import type { Login } from "./variables";
import type { Handover } from "./hand-over";
import { type Job, jobToken, subjectOf } from "./job";

/** Whom a job's token for AWS is for: the client id of the account's identity provider. */
export const awsAudience = "sts.amazonaws.com";

/** How long a session lasts: what a role gives that sets nothing else (IAM API CreateRole, MaxSessionDuration). */
const sessionSeconds = 3600;

/**
 * Exchanges the job's token at once for a session of the role, and hands that over.
 *
 * The SDKs could do it by themselves, from `AWS_WEB_IDENTITY_TOKEN_FILE`. But every process reads that file anew, and a
 * token of GitHub's lives for five minutes: `aws eks get-token`, which the Kubernetes provider calls once a cluster is up,
 * twelve minutes into an `up`, would come too late. A session lasts for an hour for all of them.
 *
 * @throws Error with the words of STS and the token's subject
 */
export async function logInToAws(job: Job, login: Login<"aws">, signal: AbortSignal): Promise<Handover> {
  const { region, identities, env } = login.outputs;
  const role = identities[login.identity];
  const token = await jobToken(job, awsAudience, signal);
  // Loaded when it is needed: other clouds' jobs do without.
  const { AssumeRoleWithWebIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({ region });
  const request = new AssumeRoleWithWebIdentityCommand({
    RoleArn: role,
    RoleSessionName: `trinity-${env}-${login.identity}-${job.run}`.slice(0, 64),
    WebIdentityToken: token,
    DurationSeconds: sessionSeconds,
  });
  try {
    const { Credentials: session } = await client.send(request, { abortSignal: signal });
    return {
      variables: {
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: session?.AccessKeyId ?? "",
        AWS_SECRET_ACCESS_KEY: session?.SecretAccessKey ?? "",
        AWS_SESSION_TOKEN: session?.SessionToken ?? "",
      },
      secret: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    };
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new Error(
      `AWS does not let this job be ${role}: ${words}. The job's token is of ${subjectOf(token)}. The role trusts what ` +
        "infra/access/identities.ts says; `pulumi up` of the bootstrap stack brings it up to date.",
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
