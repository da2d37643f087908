import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { assignsOnly } from "../../../components/access/azure/condition";
import { subjectsOf } from "../../../infra/access/subjects";
import { guid, simulatedSubscription, simulatedTenant } from "../../../rehearsal/clouds/azure-native/arm";
import { federatedCredentialType } from "../../../rehearsal/clouds/azure-native/federated-credential";
import { checkFederatedLogin } from "../../../rehearsal/clouds/azure-native/federated-login";
import { identityType } from "../../../rehearsal/clouds/azure-native/identity";
import { provider as definition } from "../../../rehearsal/clouds/azure-native/provider";
import { roleAssignmentType, roleDefinitionType } from "../../../rehearsal/clouds/azure-native/roles";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import type { TokenIssuer, TokenOptions, WorkflowJob } from "../../../rehearsal/github/oidc";
import { temporaryWorld } from "../../support/simulation";
import { deployJob, issuerFor, previewJob, repository } from "../jobs";
import { roles, subscription } from "./support";

const audience = "api://AzureADTokenExchange";
const issuerUrl = "https://token.actions.githubusercontent.com";
const group = `${subscription}/resourceGroups/work`;
const identityId = `${subscription}/resourceGroups/ci/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deploy`;
const [clientId, principalId] = [guid("client"), guid("principal")];

function put(world: World, type: string, id: string, inputs: Properties, outputs: Properties = {}): void {
  world.insert({ type, id, identity: null, inputs, outputs, readyAt: 0, visibleAt: 0 });
}

/** A subscription with an identity that the environment `dev` may be, and a group for its work. */
async function tenant(context: TestContext, actions: readonly string[] = []) {
  const world = temporaryWorld(context, "azure");
  put(
    world,
    "azure-native:resources:ResourceGroup",
    group,
    { resourceGroupName: "work", location: "eastus" },
    { name: "work" },
  );
  put(world, identityType, identityId, {}, { clientId, principalId, tenantId: simulatedTenant });
  subjectsOf(repository, { kind: "environment", name: "dev" }).forEach((subject, index) => {
    put(world, federatedCredentialType, `${identityId}/federatedIdentityCredentials/c${index}`, {
      issuer: issuerUrl,
      subject,
      audiences: [audience],
    });
  });
  const roleId = guid("own role");
  const permissions = [{ actions, dataActions: [] }];
  put(world, roleDefinitionType, roleId, { roleName: "deploy", permissions }, { name: roleId });
  assign(world, "own", `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`);
  return { world, issuer: await issuerFor(context, world.folder) };
}

function assign(world: World, id: string, roleDefinitionId: string, condition?: string): void {
  put(world, roleAssignmentType, id, {
    scope: group,
    roleDefinitionId,
    principalId,
    ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
  });
}

async function providerOf(world: World, issuer: TokenIssuer, job: WorkflowJob): Promise<SimulatedProvider> {
  const made = new SimulatedProvider(definition, "3.28.0", world.folder, {
    ARM_USE_OIDC: "true",
    ARM_CLIENT_ID: clientId,
    ARM_TENANT_ID: simulatedTenant,
    ARM_SUBSCRIPTION_ID: simulatedSubscription,
    ...issuer.environment(job),
  });
  made.configure({ location: "eastus" });
  await made.logIn();
  return made;
}

function create(made: SimulatedProvider, type: string, inputs: Properties) {
  return made.create(`urn:pulumi:test::trinity::${type}::one`, inputs, false);
}

const network = {
  resourceGroupName: "work",
  virtualNetworkName: "net",
  location: "eastus",
  addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
};

for (const subjects of ["names", "ids"] as const) {
  test(`a job may be the identity that has a credential for its subject of ${subjects}`, async (context) => {
    const { world, issuer } = await tenant(context, ["Microsoft.Network/virtualNetworks/write"]);
    const made = await providerOf(world, issuer, { ...deployJob, subjects });
    await create(made, "azure-native:network:VirtualNetwork", network);
    assert.deepEqual(
      world.uses().map((use) => ({ ...use })),
      [{ identity: clientId, action: "Microsoft.Network/virtualNetworks/write" }],
    );
  });
}

test("a pull request may not be it, and is told its subject", async (context) => {
  const { world, issuer } = await tenant(context);
  await assert.rejects(
    providerOf(world, issuer, previewJob),
    /AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:acme\/shop:pull_request'/,
  );
});

const job = deployJob;

for (const [what, other, options, to, words] of [
  [
    "another branch",
    { ...job, environment: undefined, ref: "refs/heads/feature" },
    {},
    audience,
    /AADSTS700213.*ref:refs\/heads\/feature/,
  ],
  [
    "another repository",
    { ...job, repository: { ...repository, name: "evil", id: 23 } },
    {},
    audience,
    /AADSTS700213.*repo:acme\/evil/,
  ],
  [
    "a repository of that name with another id",
    { ...job, repository: { ...repository, id: 23 }, subjects: "ids" },
    {},
    audience,
    /AADSTS700213.*shop@23/,
  ],
  ["an expired token", job, { secondsAgo: 400 }, audience, /AADSTS700024.*environment:dev/],
  ["another audience", job, {}, "sts.amazonaws.com", /AADSTS700212.*'sts\.amazonaws\.com'.*environment:dev/],
  ["another issuer", job, { issuer: "https://evil.example" }, audience, /AADSTS700211.*'https:\/\/evil\.example'/],
] as const satisfies readonly (readonly [string, WorkflowJob, TokenOptions, string, RegExp])[]) {
  test(`a login from ${what} is refused`, async (context) => {
    const { world, issuer } = await tenant(context);
    const token = await issuer.token(other, to, options);
    await assert.rejects(
      checkFederatedLogin(world, issuer.keys, { clientId, tenantId: simulatedTenant, token }),
      words,
    );
  });
}

test("a login with another issuer's keys, and one of an unknown client, are refused", async (context) => {
  const { world, issuer } = await tenant(context);
  const stranger = await issuerFor(context);
  const token = await stranger.token(job, audience);
  const check = (client: string) =>
    checkFederatedLogin(world, issuer.keys, { clientId: client, tenantId: simulatedTenant, token });
  await assert.rejects(check(clientId), /AADSTS50013: Assertion failed signature validation/);
  await assert.rejects(check(guid("nobody")), /AADSTS700016/);
});

test("what no role allows, or only elsewhere, is refused with the action and the identity", async (context) => {
  const { world, issuer } = await tenant(context, ["Microsoft.Resources/subscriptions/resourceGroups/write"]);
  const made = await providerOf(world, issuer, job);
  const refused = (action: string) =>
    new RegExp(`client '${clientId}' with object id '${principalId}' .* action '${action}'`);
  await assert.rejects(
    create(made, "azure-native:network:VirtualNetwork", network),
    refused("Microsoft.Network/virtualNetworks/write"),
  );
  const elsewhere = { resourceGroupName: "elsewhere", location: "eastus" };
  await assert.rejects(
    create(made, "azure-native:resources:ResourceGroup", elsewhere),
    refused("Microsoft.Resources/subscriptions/resourceGroups/write"),
  );
});

test("who may assign some roles may not assign Owner", async (context) => {
  const { world, issuer } = await tenant(context);
  const administrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
  const definitions = `${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
  assign(
    world,
    "administrator",
    `${definitions}/${administrator}`,
    assignsOnly([roles.acrPull.split("/").at(-1) ?? ""]),
  );
  const made = await providerOf(world, issuer, job);
  const give = (roleDefinitionId: string) =>
    create(made, "azure-native:authorization:RoleAssignment", {
      scope: group,
      roleDefinitionId,
      principalId: guid("somebody"),
      principalType: "ServicePrincipal",
    });
  await give(roles.acrPull);
  await assert.rejects(
    give(`${definitions}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635`),
    /AuthorizationFailed: .*'Microsoft\.Authorization\/roleAssignments\/write' over scope/,
  );
});
