import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { subjectsOf } from "../../../infra/access/subjects";
import { customRoleType } from "../../../rehearsal/clouds/gcp/custom-role";
import { loadExpressions } from "../../../rehearsal/clouds/gcp/expressions";
import { provider as definition } from "../../../rehearsal/clouds/gcp/provider";
import { serviceAccountType } from "../../../rehearsal/clouds/gcp/service-account";
import { checkWorkloadLogin } from "../../../rehearsal/clouds/gcp/workload-login";
import {
  workloadIdentityPoolType,
  workloadIdentityProviderType,
} from "../../../rehearsal/clouds/gcp/workload-identity";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import type { TokenIssuer, TokenOptions, WorkflowJob } from "../../../rehearsal/github/oidc";
import { temporaryWorld } from "../../support/simulation";
import { deployJob, issuerFor, previewJob, repository } from "../jobs";

const pool = "projects/77/locations/global/workloadIdentityPools/trinity-dev";
const provider = `${pool}/providers/github`;
const audience = `https://iam.googleapis.com/${provider}`;
const email = "trinity-dev-deploy@acme.iam.gserviceaccount.com";
const account = `projects/acme/serviceAccounts/${email}`;

function put(world: World, type: string, id: string, inputs: Properties, outputs: Properties = {}): void {
  world.insert({ type, id, identity: null, inputs, outputs, readyAt: 0, visibleAt: 0 });
}

/** A project with a pool for a repository, and a service account that the environment `dev` may be. */
async function project(context: TestContext) {
  const world = temporaryWorld(context, "gcp");
  put(world, workloadIdentityPoolType, "pool", {}, { name: pool });
  put(
    world,
    workloadIdentityProviderType,
    "provider",
    {
      attributeMapping: { "google.subject": "assertion.sub", "attribute.repository_id": "assertion.repository_id" },
      attributeCondition: `assertion.repository_owner_id == "11" && attribute.repository_id == "22"`,
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
    },
    { name: provider },
  );
  put(world, serviceAccountType, account, { accountId: "trinity-dev-deploy" }, { email, name: account });
  for (const subject of subjectsOf(repository, { kind: "environment", name: "dev" })) {
    put(world, "gcp:serviceaccount/iAMMember:IAMMember", subject, {
      serviceAccountId: account,
      role: "roles/iam.workloadIdentityUser",
      member: `principal://iam.googleapis.com/${pool}/subject/${subject}`,
    });
  }
  return { world, issuer: await issuerFor(context, world.folder) };
}

/** Grants the service account permissions on the project. */
function grant(world: World, id: string, permissions: readonly string[], expression?: string): void {
  const role = `projects/acme/roles/${id}`;
  put(world, customRoleType, role, { permissions }, { name: role });
  put(world, "gcp:projects/iAMMember:IAMMember", id, {
    project: "acme-shop",
    role,
    member: `serviceAccount:${email}`,
    ...(expression === undefined ? {} : { condition: { title: id, expression } }),
  });
}

/** A provider in the environment of a job that has logged in. */
async function providerOf(world: World, issuer: TokenIssuer, job: WorkflowJob): Promise<SimulatedProvider> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = issuer.environment(job);
  const file = path.join(world.folder, "google.json");
  const credentials = {
    type: "external_account",
    audience: `//iam.googleapis.com/${provider}`,
    service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    credential_source: {
      url: `${String(url)}&audience=${encodeURIComponent(audience)}`,
      headers: { Authorization: `Bearer ${String(token)}` },
    },
  };
  fs.writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
  const made = new SimulatedProvider(definition, "9.37.0", world.folder, { GOOGLE_APPLICATION_CREDENTIALS: file });
  made.configure({ project: "acme-shop", region: "us-central1" });
  await made.logIn();
  return made;
}

function create(made: SimulatedProvider, type: string, inputs: Properties) {
  return made.create(`urn:pulumi:test::trinity::${type}::one`, inputs, false);
}

const network = "gcp:compute/network:Network";

for (const subjects of ["names", "ids"] as const) {
  test(`a job may be the account that names its subject of ${subjects}, and what it does is recorded`, async (context) => {
    const { world, issuer } = await project(context);
    grant(world, "networks", ["compute.networks.create"]);
    const made = await providerOf(world, issuer, { ...deployJob, subjects });
    await create(made, network, { name: "net", autoCreateSubnetworks: false });
    assert.deepEqual(
      world.uses().map((use) => ({ ...use })),
      [{ identity: email, action: "compute.networks.create" }],
    );
  });
}

test("a pull request may not be it, and is told its subject", async (context) => {
  const { world, issuer } = await project(context);
  await assert.rejects(
    providerOf(world, issuer, previewJob),
    /iam\.serviceAccounts\.getAccessToken' denied.*trinity-dev-deploy@.*repo:acme\/shop:pull_request/,
  );
});

const job = deployJob;

for (const [what, other, options, to, words] of [
  [
    "another branch",
    { ...job, environment: undefined, ref: "refs/heads/feature" },
    {},
    audience,
    /getAccessToken' denied.*ref:refs\/heads\/feature/,
  ],
  [
    "another repository",
    { ...job, repository: { ...repository, name: "evil", id: 23 } },
    {},
    audience,
    /rejected by the attribute condition.*repo:acme\/evil/,
  ],
  [
    "another owner",
    { ...job, repository: { ...repository, owner: "evil", ownerId: 12 } },
    {},
    audience,
    /rejected by the attribute condition.*repo:evil\/shop/,
  ],
  ["an expired token", job, { secondsAgo: 400 }, audience, /is stale to sign-in.*environment:dev/],
  [
    "another audience",
    job,
    {},
    "sts.amazonaws.com",
    /The audience in ID Token \[sts\.amazonaws\.com\] does not match the expected audience/,
  ],
  [
    "another issuer",
    job,
    { issuer: "https://evil.example" },
    audience,
    /The issuer in ID Token https:\/\/evil\.example does not match/,
  ],
] as const satisfies readonly (readonly [string, WorkflowJob, TokenOptions, string, RegExp])[]) {
  test(`a login from ${what} is refused`, async (context) => {
    const { world, issuer } = await project(context);
    const token = await issuer.token(other, to, options);
    const request = { audience: `//iam.googleapis.com/${provider}`, token, account: email };
    await assert.rejects(checkWorkloadLogin(world, issuer.keys, await loadExpressions(), request), words);
  });
}

test("a login with another issuer's keys is refused", async (context) => {
  const { world, issuer } = await project(context);
  const stranger = await issuerFor(context);
  const request = {
    audience: `//iam.googleapis.com/${provider}`,
    token: await stranger.token(job, audience),
    account: email,
  };
  await assert.rejects(
    checkWorkloadLogin(world, issuer.keys, await loadExpressions(), request),
    /Invalid signature of the ID Token/,
  );
});

test("a provider that does not exist is refused", async (context) => {
  const { world, issuer } = await project(context);
  const request = {
    audience: `//iam.googleapis.com/${pool}/providers/other`,
    token: await issuer.token(job, audience),
    account: email,
  };
  await assert.rejects(checkWorkloadLogin(world, issuer.keys, await loadExpressions(), request), /invalid_target/);
});

test("what no role allows is refused with the action and the identity", async (context) => {
  const { world, issuer } = await project(context);
  grant(world, "networks", ["compute.networks.get"]);
  const made = await providerOf(world, issuer, job);
  await assert.rejects(create(made, network, { name: "net", autoCreateSubnetworks: false }), {
    message:
      "googleapi: Error 403: forbidden: Permission 'compute.networks.create' denied on resource (or it may not exist). " +
      `(caller ${email})`,
  });
});

test("a grant under a condition lets grant one role, and none other", async (context) => {
  const { world, issuer } = await project(context);
  const limit =
    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/container.defaultNodeServiceAccount'])";
  grant(world, "grants", ["resourcemanager.projects.setIamPolicy"], limit);
  const made = await providerOf(world, issuer, job);
  const give = (role: string) =>
    create(made, "gcp:projects/iAMMember:IAMMember", {
      project: "acme-shop",
      role,
      member: "user:somebody@example.com",
    });
  await give("roles/container.defaultNodeServiceAccount");
  await assert.rejects(give("roles/owner"), /Permission 'resourcemanager\.projects\.setIamPolicy' denied/);
});

test("a session of an hour is renewed by a new token, and refuses where it is not", async (context) => {
  const { world, issuer } = await project(context);
  grant(world, "networks", ["compute.networks.create"]);
  const made = await providerOf(world, issuer, job);
  context.mock.timers.enable({ apis: ["Date"], now: Date.now() + 60 * 60 * 1000 + 1 });
  await assert.rejects(create(made, network, { name: "net", autoCreateSubnetworks: false }), /Error 401.*expired/);
  await made.logIn();
  context.mock.timers.reset();
  await create(made, network, { name: "net", autoCreateSubnetworks: false });
});
