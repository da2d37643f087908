import type { JSONWebKeySet } from "jose";
import { CloudError } from "../kernel/errors";
import { inspectToken } from "../kernel/job-token";
import { valuesAt } from "../kernel/values";
import type { World } from "../kernel/world";
import type { Evaluate } from "./expressions";
import { serviceAccountMember } from "./iam-members";
import { serviceAccountType } from "./service-account";
import { workloadIdentityPoolType, workloadIdentityProviderType } from "./workload-identity";

/** What a job asks Google for. */
export interface WorkloadLoginRequest {
  /** The provider: `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`. */
  readonly audience: string;
  readonly token: string;
  /** Address of the service account that it wants to be. */
  readonly account: string;
}

/** Source: IAM API, workloadIdentityPools.providers, attributeMapping */
const longestSubject = 127;

/** Permission of roles/iam.workloadIdentityUser that turns a federated identity into a service account. */
const impersonation = "roles/iam.workloadIdentityUser";

/**
 * Decides as Google's token service, and then as a service account's policy: the token against the pool's provider, its
 * mapping and its condition; the identity that comes of it against who may be the account. Unlike Google's, refusals say the
 * token's subject.
 *
 * Sources: cloud.google.com/iam/docs/workload-identity-federation, reference STS `token`; the errors' words in
 * google-github-actions/auth#202, #77 and terraform-example-foundation#1362
 *
 * @throws CloudError
 */
export async function checkWorkloadLogin(
  world: World,
  keys: JSONWebKeySet,
  evaluate: Evaluate,
  request: WorkloadLoginRequest,
): Promise<void> {
  const name = request.audience.replace(/^(https:)?\/\/iam\.googleapis\.com\//, "");
  const provider = world.list(workloadIdentityProviderType).find(({ outputs }) => outputs.name === name);
  const pool = world.list(workloadIdentityPoolType).find(({ outputs }) => name.startsWith(`${String(outputs.name)}/`));
  if (
    provider === undefined ||
    pool === undefined ||
    provider.inputs.disabled === true ||
    pool.inputs.disabled === true
  ) {
    throw refused(
      "invalid_target",
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or ' +
        `provider is disabled or deleted or because it doesn't exist. (${name})`,
    );
  }
  const finding = await inspectToken(request.token, keys);
  const claims = finding.claims ?? {};
  const subject = claims.sub ?? "";
  const [issuer] = valuesAt(provider.inputs, "oidc.issuerUri");
  if (claims.iss !== issuer) {
    throw refused(
      "invalid_grant",
      `The issuer in ID Token ${claims.iss ?? ""} does not match the expected ones: ${String(issuer)} (subject ${subject})`,
    );
  }
  if (finding.kind === "signature") {
    throw refused("invalid_grant", `Invalid signature of the ID Token: ${finding.why} (subject ${subject})`);
  }
  if (finding.kind === "expired") {
    throw refused("invalid_grant", `ID Token issued at ${claims.iat ?? 0} is stale to sign-in. (subject ${subject})`);
  }
  const given = valuesAt(provider.inputs, "oidc.allowedAudiences[]").map(String);
  const allowed = given.length > 0 ? given : [`https://iam.googleapis.com/${name}`, `//iam.googleapis.com/${name}`];
  const audience = [claims.aud ?? ""].flat()[0] ?? "";
  if (!allowed.includes(audience)) {
    throw refused(
      "invalid_grant",
      `The audience in ID Token [${audience}] does not match the expected audience ${allowed[0] ?? ""}. (subject ${subject})`,
    );
  }
  const mapped = mapAttributes(evaluate, provider.inputs.attributeMapping, claims);
  if ((mapped["google.subject"] ?? "").length > longestSubject) {
    throw refused(
      "invalid_grant",
      `The size of mapped attribute google.subject exceeds the ${longestSubject} bytes limit. (subject ${subject})`,
    );
  }
  const condition = provider.inputs.attributeCondition;
  if (typeof condition === "string" && evaluate(condition, variablesOf(mapped, claims)) !== true) {
    throw refused(
      "unauthorized_client",
      `The given credential is rejected by the attribute condition. (subject ${subject})`,
    );
  }
  if (!mayBe(world, request.account, String(pool.outputs.name), mapped)) {
    throw new CloudError(
      "googleapi: Error 403: forbidden",
      `Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist). (service account ` +
        `${request.account}, subject ${subject})`,
    );
  }
}

/** `google.subject` and attributes, by their expressions over the token's claims. */
function mapAttributes(evaluate: Evaluate, mapping: unknown, assertion: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries((mapping ?? {}) as Readonly<Record<string, string>>).map(([key, expression]) => [
      key,
      String(evaluate(expression, { assertion })),
    ]),
  );
}

/** What a condition knows: `assertion`, `google.subject`, `attribute.<name>`. */
function variablesOf(mapped: Readonly<Record<string, string>>, assertion: object): Record<string, unknown> {
  const attribute = Object.fromEntries(
    Object.entries(mapped).flatMap(([key, value]) =>
      key.startsWith("attribute.") ? [[key.slice("attribute.".length), value]] : [],
    ),
  );
  return { assertion, attribute, google: { subject: mapped["google.subject"] } };
}

function mayBe(world: World, email: string, pool: string, mapped: Readonly<Record<string, string>>): boolean {
  const account = world.list(serviceAccountType).find(({ outputs }) => outputs.email === email);
  if (account === undefined || account.inputs.disabled === true) return false;
  const identities = [
    `principal://iam.googleapis.com/${pool}/subject/${mapped["google.subject"] ?? ""}`,
    `principalSet://iam.googleapis.com/${pool}/*`,
    ...Object.entries(mapped).map(([key, value]) => `principalSet://iam.googleapis.com/${pool}/${key}/${value}`),
  ];
  return world
    .list(serviceAccountMember.type)
    .some(
      ({ inputs, deletedAt }) =>
        deletedAt === null &&
        inputs.serviceAccountId === account.outputs.name &&
        inputs.role === impersonation &&
        identities.includes(String(inputs.member)),
    );
}

function refused(error: string, description: string): CloudError {
  return new CloudError("oauth2/google: status code 400", JSON.stringify({ error, error_description: description }));
}
