import type { JSONWebKeySet } from "jose";
import { CloudError } from "../kernel/errors";
import { inspectToken } from "../kernel/job-token";
import type { World } from "../kernel/world";
import { holds } from "./conditions";
import { role } from "./iam";
import { openIdConnectProvider } from "./iam-oidc";
import { readPolicy } from "./iam-text";

/** What a job asks STS for. */
export interface WebIdentityRequest {
  readonly roleArn: string;
  readonly token: string;
  /** @default 3600 */
  readonly seconds?: number;
}

/** `maxSessionDuration` of a role that sets none, in seconds (IAM API CreateRole). */
const defaultSessionSeconds = 3600;

/**
 * Decides as `sts:AssumeRoleWithWebIdentity`: the token against the account's identity provider, then the role's trust.
 * Unlike STS, a refusal by the trust says the token's subject.
 * Source: STS API AssumeRoleWithWebIdentity, "Errors"; IAM user guide, "Troubleshoot OIDC federation".
 *
 * @throws CloudError in the words of STS
 */
export async function checkWebIdentity(world: World, keys: JSONWebKeySet, request: WebIdentityRequest): Promise<void> {
  const finding = await inspectToken(request.token, keys);
  const issuer = finding.claims?.iss ?? "";
  const provider = world
    .list(openIdConnectProvider.type)
    .find(({ inputs }) => hostOf(String(inputs.url)) === hostOf(issuer));
  if (provider === undefined) {
    throw new CloudError(
      "InvalidIdentityToken",
      `No OpenIDConnect provider found in your account for ${issuer === "" ? "the token" : issuer}`,
    );
  }
  if (finding.kind === "signature") {
    throw new CloudError(
      "InvalidIdentityToken",
      `Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity ` +
        `documentation for requirements (${finding.why})`,
    );
  }
  const { claims } = finding;
  if (finding.kind === "expired") {
    throw new CloudError(
      "ExpiredTokenException",
      `Token expired: current date/time ${Math.floor(Date.now() / 1000)} must be before the expiration date/time ` +
        `${claims.exp ?? 0} (subject ${claims.sub ?? ""})`,
    );
  }
  const audiences = (provider.inputs.clientIdLists ?? []) as readonly string[];
  const audience = [claims.aud ?? ""].flat()[0] ?? "";
  if (!audiences.includes(audience)) {
    throw new CloudError("InvalidIdentityToken", `Incorrect token audience (${audience}, subject ${claims.sub ?? ""})`);
  }
  const found = world.list(role.type).find(({ outputs }) => outputs.arn === request.roleArn);
  const statements = readPolicy(String(found?.inputs.assumeRolePolicy)) ?? [];
  const prefix = hostOf(issuer);
  const trusted = statements.some(
    ({ Effect, Action, Principal, Condition }) =>
      Effect === "Allow" &&
      [Action ?? []].flat().includes("sts:AssumeRoleWithWebIdentity") &&
      typeof Principal === "object" &&
      [Principal.Federated ?? []].flat().includes(String(provider.outputs.arn)) &&
      holds(Condition, { [`${prefix}:aud`]: audience, [`${prefix}:sub`]: claims.sub ?? "" }),
  );
  if (found === undefined || !trusted) {
    throw new CloudError(
      "AccessDenied",
      `Not authorized to perform sts:AssumeRoleWithWebIdentity (subject ${claims.sub ?? ""}, role ${request.roleArn})`,
    );
  }
  const longest = Number(found.inputs.maxSessionDuration ?? defaultSessionSeconds);
  if ((request.seconds ?? defaultSessionSeconds) > longest) {
    throw new CloudError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
}

/** How IAM names an identity provider: its address without the scheme. */
function hostOf(url: string): string {
  return url.replace(/^https:\/\//, "").replace(/\/$/, "");
}
