import type { Handover } from "./hand-over";
import { type Job, jobToken, writePrivate } from "./job";
import type { Login } from "./variables";

/** Whom a job's token for Azure is for. Source: Microsoft Entra, "Workload identity federation", audiences */
export const azureAudience = "api://AzureADTokenExchange";

/**
 * Tells who the job is in Azure; tokens are got by whoever needs them.
 *
 * - azure-native asks GitHub anew for each of its own tokens, with what every job has as ACTIONS_ID_TOKEN_REQUEST_*, and so
 *   lasts as long as the job. Given a token or a file (ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH) it would read it once and
 *   fail after some minutes (pulumi-azure-native, provider/pkg/provider/auth_azidentity.go, newOidcCredential).
 * - kubelogin does the same when AAD_LOGIN_METHOD, which goes before what the kubeconfig says, is `workloadidentity`
 *   (Azure/kubelogin, pkg/internal/token/provider.go and options.go).
 * - A state in Azure's storage knows no such request, only a file (azidentity, WorkloadIdentityCredential). It gets its token
 *   when the command begins, and that lasts for an hour. GitHub's in the file lives for five minutes: the commands here renew
 *   it before each run of the engine (renew.ts), any other has to begin before.
 *
 * @param keepsState whether the state is there
 */
export async function logInToAzure(
  job: Job,
  { outputs, identity }: Login<"azure">,
  keepsState: boolean,
  signal: AbortSignal,
): Promise<Handover> {
  const client = outputs.identities[identity];
  const file: Readonly<Record<string, string>> = keepsState
    ? { AZURE_FEDERATED_TOKEN_FILE: writePrivate(job, "azure-token", await jobToken(job, azureAudience, signal)) }
    : {};
  return {
    variables: {
      ARM_USE_OIDC: "true",
      ARM_CLIENT_ID: client,
      ARM_TENANT_ID: outputs.tenant,
      ARM_SUBSCRIPTION_ID: outputs.subscription,
      AAD_LOGIN_METHOD: "workloadidentity",
      AZURE_CLIENT_ID: client,
      AZURE_TENANT_ID: outputs.tenant,
      ...file,
    },
  };
}
