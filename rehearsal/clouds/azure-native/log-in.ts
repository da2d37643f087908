import { type ActAgain, type Actor, type LogIn, sessionMilliseconds } from "../kernel/actor";
import { CloudError } from "../kernel/errors";
import { issuerKeys, requestToken } from "../kernel/job-token";
import type { CloudRecord, World } from "../kernel/world";
import { checkFederatedLogin, exchangeAudience } from "./federated-login";
import { identityType } from "./identity";
import { findGrant, roleAssignmentType } from "./roles";

/**
 * Finds a login as azure-native does: `ARM_USE_OIDC` with what the job asks GitHub for tokens with. A login without that is
 * of whoever rehearses, and stays unused.
 * Source: pulumi-azure-native, provider/pkg/provider/auth_azidentity.go, newOidcCredential and readAuthConfig
 */
export const logIn: LogIn = async ({ environment, world }) => {
  const keys = issuerKeys(world.folder);
  const { ARM_USE_OIDC: used, ARM_CLIENT_ID: clientId, ARM_TENANT_ID: tenantId } = environment;
  const url = environment.ARM_OIDC_REQUEST_URL ?? environment.ACTIONS_ID_TOKEN_REQUEST_URL;
  const secret = environment.ARM_OIDC_REQUEST_TOKEN ?? environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  if (used !== "true" || keys === undefined || url === undefined || secret === undefined) return undefined;
  if (clientId === undefined || tenantId === undefined) {
    const missing = clientId === undefined ? "Client ID" : "Tenant ID";
    throw new CloudError("AuthenticationFailed", `A ${missing} must be configured when authenticating with OIDC.`);
  }
  const address = new URL(url);
  address.searchParams.set("audience", exchangeAudience);
  const token = await requestToken(address.toString(), { authorization: `Bearer ${secret}` });
  const identity = await checkFederatedLogin(world, keys, { clientId, tenantId, token });
  return actorOf(world, identity, Date.now() + sessionMilliseconds);
};

export const actAgain: ActAgain = (world, { identity, endsAt }) => {
  const found = world.list(identityType).find(({ outputs }) => outputs.clientId === identity);
  return Promise.resolve(found && actorOf(world, found, endsAt));
};

function actorOf(world: World, { outputs }: CloudRecord, endsAt: number): Actor {
  const [clientId, principalId] = [String(outputs.clientId), String(outputs.principalId)];
  const isOver = () => Date.now() >= endsAt;
  return {
    identity: clientId,
    isOver,
    refusal: ({ action, resource, conditions }) => {
      if (isOver()) {
        return new CloudError(
          "ExpiredAuthenticationToken",
          `The access token expiry UTC time is earlier than now (client '${clientId}').`,
        );
      }
      // Where the simulation does not tell what it is done to, it may be anything that a role is given on.
      const scopes =
        resource === undefined ? world.list(roleAssignmentType).map(({ inputs }) => String(inputs.scope)) : [resource];
      if (scopes.some((scope) => findGrant(world, principalId, action, scope, conditions) !== undefined)) {
        return undefined;
      }
      return new CloudError(
        "AuthorizationFailed",
        `The client '${clientId}' with object id '${principalId}' does not have authorization to perform action ` +
          `'${action}' over scope '${resource ?? "/"}' or the scope is invalid.`,
      );
    },
  };
}
