import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { Identities } from "../components/access/azure/identities";
import { State } from "../components/access/azure/state";
import { writesOnlyStacksOf } from "../components/access/azure/state-condition";
import { federatedCredentials } from "../infra/access/azure/credentials";
import { delegatedActions, azureGrants, ownRoleActions } from "../infra/access/azure/grants";
import { roleId } from "../infra/access/azure/role-id";
import { stateGrants } from "../infra/access/azure/state";
import { identities, type IdentityName, identityNames } from "../infra/access/identities";
import { githubIssuer } from "../infra/access/subjects";
import { contractVersion } from "../infra/contract";
import { azureBootstrapNames, azureNames } from "../infra/names";
import type { StackProgram } from "../infra/program";
import { bootstrapAzureSettings } from "../infra/settings/bootstrap-azure";
import { readSettings } from "../infra/settings/read";

/** `<env>-bootstrap-azure`: what CI logs in to Azure with. Deployed by an administrator of the subscription, never by CI. */
export const program: StackProgram = (identity) => {
  const settings = readSettings(bootstrapAzureSettings, identity);
  const { env, stack } = identity;
  const project = settings["trinity:project"];
  const location = settings["azure-native:location"];
  const subscriptionId = settings["azure-native:subscriptionId"];
  const subscription = `/subscriptions/${subscriptionId}`;
  const nameSettings = { project, env, azureProject: settings["trinity:azureProject"] };
  const names = azureBootstrapNames(nameSettings);
  const groupOf = (other: string) => azureNames({ project, env: other }).resourceGroup;
  const tags = { project, stack, "managed-by": "pulumi" };

  const job = (name: IdentityName) => ({
    identityName: names.identity(name),
    description: `CI of ${env}, ${name}: ${identities[name].does}`,
    credentials: federatedCredentials(settings["trinity:github"], name, env).map((credential) => ({
      ...credential,
      name: names.credential(credential.name),
    })),
    roleId: roleId(subscription, names.identity(name)),
    actions: ownRoleActions(name),
    assignsRoles: azureGrants[name].some(({ actions }) => actions.some((action) => delegatedActions.includes(action))),
    pullsFrom: Object.fromEntries(
      (name === "push" ? settings["trinity:promotesFrom"] : []).map((other) => [
        other,
        `${subscription}/resourceGroups/${groupOf(other)}`,
      ]),
    ),
  });
  const ci = new Identities<IdentityName>(names.base, {
    subscription,
    location,
    resourceGroupName: names.resourceGroup,
    workGroupName: groupOf(env),
    issuer: githubIssuer,
    identities: forEach(job),
    tags,
  });

  const stateUser = (name: IdentityName) => {
    const { blobs, key, writesNoneOf } = stateGrants[name];
    const roleName = names.stateRole(name);
    return {
      principalId: ci.principalIds.apply((ids) => ids[name]),
      roleId: roleId(subscription, roleName),
      roleName,
      dataActions: [...blobs, ...key].flatMap(({ actions }) => actions),
      // Who writes nothing needs no limit.
      condition: writesNoneOf.length === 0 ? undefined : writesOnlyStacksOf(pulumi.getProject(), env, writesNoneOf),
    };
  };
  const tenant = authorization.getClientConfigOutput().tenantId;
  const state = settings["trinity:stateBucket"]
    ? new State(`${names.base}-state`, {
        subscription,
        resourceGroupName: ci.resourceGroupName,
        location,
        accountName: names.stateAccount(),
        vaultName: names.stateVault(),
        tenantId: tenant,
        users: forEach(stateUser),
        tags,
      })
    : undefined;

  return {
    version: contractVersion,
    cloud: "azure",
    env,
    tenant,
    subscription: subscriptionId,
    identities: ci.clientIds,
    principals: ci.principalIds,
    ...(state === undefined ? {} : { state: { backend: state.backend, secretsProvider: state.secretsProvider } }),
  };
};

function forEach<Value>(of: (name: IdentityName) => Value): Record<IdentityName, Value> {
  return Object.fromEntries(identityNames.map((name) => [name, of(name)])) as Record<IdentityName, Value>;
}
