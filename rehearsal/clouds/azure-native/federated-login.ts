import type { JSONWebKeySet } from "jose";
import { CloudError } from "../kernel/errors";
import { inspectToken } from "../kernel/job-token";
import type { CloudRecord, World } from "../kernel/world";
import { credentialsOf } from "./federated-credential";
import { identityType } from "./identity";

/** Whom a token for Azure is for. Source: Microsoft Entra, workload identity federation */
export const exchangeAudience = "api://AzureADTokenExchange";

/** What a job asks Entra for. */
export interface FederatedLoginRequest {
  readonly clientId: string;
  readonly tenantId: string;
  readonly token: string;
}

const guide = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

/**
 * Decides as Entra: the token against the federated credentials of the managed identity that has the client id. Issuer,
 * subject and audience are compared whole, with regard to case.
 *
 * Sources: learn.microsoft.com/entra/identity-platform/reference-error-codes; the words of 700213 in
 * Azure/azure-workload-identity#1200
 *
 * @returns the identity
 * @throws CloudError AADSTS…
 */
export async function checkFederatedLogin(
  world: World,
  keys: JSONWebKeySet,
  { clientId, tenantId, token }: FederatedLoginRequest,
): Promise<CloudRecord> {
  const identity = world
    .list(identityType)
    .find(({ outputs }) => outputs.clientId === clientId && outputs.tenantId === tenantId);
  if (identity === undefined) {
    throw new CloudError(
      "AADSTS700016",
      `Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`,
    );
  }
  const finding = await inspectToken(token, keys);
  const claims = finding.claims ?? {};
  const [issuer, subject] = [claims.iss ?? "", claims.sub ?? ""];
  if (finding.kind === "expired") {
    throw new CloudError(
      "AADSTS700024",
      `Client assertion is not within its valid time range. Subject '${subject}', expiry time ` +
        `${new Date((claims.exp ?? 0) * 1000).toISOString()}.`,
    );
  }
  const trusted = credentialsOf(world, identity.id).filter(({ deletedAt }) => deletedAt === null);
  const check = `Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ${guide}`;
  if (!trusted.some(({ inputs }) => inputs.issuer === issuer)) {
    throw new CloudError(
      "AADSTS700211",
      `No matching federated identity record found for presented assertion issuer '${issuer}' (subject '${subject}'). ${check}`,
    );
  }
  if (finding.kind === "signature") {
    throw new CloudError("AADSTS50013", `Assertion failed signature validation. Subject '${subject}': ${finding.why}.`);
  }
  const ofSubject = trusted.filter(({ inputs }) => inputs.issuer === issuer && inputs.subject === subject);
  if (ofSubject.length === 0) {
    throw new CloudError(
      "AADSTS700213",
      `No matching federated identity record found for presented assertion subject '${subject}'. ${check}`,
    );
  }
  const audience = [claims.aud ?? ""].flat()[0] ?? "";
  if (!ofSubject.some(({ inputs }) => (inputs.audiences as readonly string[]).includes(audience))) {
    throw new CloudError(
      "AADSTS700212",
      `No matching federated identity record found for presented assertion audience '${audience}' (subject '${subject}'). ${check}`,
    );
  }
  return identity;
}
