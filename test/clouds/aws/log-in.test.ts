import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { STSClient, AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { subjectsOf } from "../../../infra/access/subjects";
import { accountId } from "../../../rehearsal/clouds/aws/account";
import { openIdConnectProvider } from "../../../rehearsal/clouds/aws/iam-oidc";
import { provider as definition } from "../../../rehearsal/clouds/aws/provider";
import { credentialsOf } from "../../../rehearsal/clouds/aws/sessions";
import { startSecurityTokenService } from "../../../rehearsal/clouds/aws/sts";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import type { TokenIssuer, TokenOptions, WorkflowJob } from "../../../rehearsal/github/oidc";
import { deployJob, issuerFor, previewJob, repository } from "../jobs";
import { TestCloud, types } from "./support";

const issuerHost = "token.actions.githubusercontent.com";
const deployRole = `arn:aws:iam::${accountId}:role/trinity-dev-ci-deploy`;
const audience = "sts.amazonaws.com";

/** An account with an identity provider and a role that the environment `dev` may assume. */
async function account(context: TestContext, actions: readonly string[] = ["ecr:CreateRepository"]) {
  const cloud = new TestCloud(context);
  const { world } = cloud;
  const providerArn = `arn:aws:iam::${accountId}:oidc-provider/${issuerHost}`;
  world.insert({
    type: openIdConnectProvider.type,
    id: providerArn,
    identity: null,
    inputs: { url: `https://${issuerHost}`, clientIdLists: [audience] },
    outputs: { arn: providerArn },
    readyAt: 0,
    visibleAt: 0,
  });
  const role = await cloud.create("role", {
    name: "trinity-dev-ci-deploy",
    assumeRolePolicy: document([
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuerHost}:aud`]: audience,
            [`${issuerHost}:sub`]: [...subjectsOf(repository, { kind: "environment", name: "dev" })],
          },
        },
      },
    ]),
  });
  await grant(cloud, role.id, [{ Effect: "Allow", Action: [...actions], Resource: "*" }]);
  const issuer = await issuerFor(context, world.folder);
  return { cloud, world, issuer };
}

function grant(cloud: TestCloud, role: string, statements: readonly object[]) {
  return cloud.create("rolePolicy", { name: `policy-${statements.length}`, role, policy: document(statements) });
}

function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A provider in the environment of a job that has logged in with a token file. */
async function providerOf(world: World, issuer: TokenIssuer, job: WorkflowJob, options?: TokenOptions, to = audience) {
  const file = path.join(world.folder, "token");
  fs.writeFileSync(file, await issuer.token(job, to, options), { mode: 0o600 });
  return configured(world, {
    AWS_ROLE_ARN: deployRole,
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_SESSION_NAME: "run-12",
  });
}

async function configured(world: World, environment: NodeJS.ProcessEnv): Promise<SimulatedProvider> {
  const provider = new SimulatedProvider(definition, "7.48.0", world.folder, environment);
  provider.configure({ region: "us-east-1" });
  await provider.logIn();
  return provider;
}

function create(provider: SimulatedProvider, type: keyof typeof types, inputs: Properties) {
  return provider.create(`urn:pulumi:test::trinity::${types[type]}::one`, inputs, false);
}

const session = `arn:aws:sts::${accountId}:assumed-role/trinity-dev-ci-deploy/run-12`;

for (const subjects of ["names", "ids"] as const) {
  test(`a job may be the role that trusts its subject of ${subjects}, and what it does is recorded`, async (context) => {
    const { world, issuer } = await account(context);
    const provider = await providerOf(world, issuer, { ...deployJob, subjects });
    await create(provider, "repository", { name: "trinity-dev-aws-shop" });
    assert.deepEqual(
      world.uses().map((use) => ({ ...use })),
      [{ identity: deployRole, action: "ecr:CreateRepository" }],
    );
  });
}

const otherKeys = "another issuer's keys";

for (const [what, job, options, to, words] of [
  [
    "another branch",
    { environment: undefined, ref: "refs/heads/feature" },
    {},
    audience,
    /AccessDenied.*ref:refs\/heads\/feature/,
  ],
  [
    "a pull request",
    { environment: undefined, event: "pull_request" },
    {},
    audience,
    /AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.*repo:acme\/shop:pull_request/,
  ],
  ["another environment", { environment: "prod" }, {}, audience, /AccessDenied.*environment:prod/],
  [
    "another repository",
    { repository: { ...repository, name: "evil", id: 23 } },
    {},
    audience,
    /AccessDenied.*repo:acme\/evil:/,
  ],
  [
    "a repository of that name with another id",
    { repository: { ...repository, id: 23 }, subjects: "ids" },
    {},
    audience,
    /AccessDenied.*shop@23/,
  ],
  ["an expired token", {}, { secondsAgo: 400 }, audience, /ExpiredTokenException: Token expired.*environment:dev/],
  [
    "another audience",
    {},
    {},
    "api://AzureADTokenExchange",
    /InvalidIdentityToken: Incorrect token audience.*environment:dev/,
  ],
  [
    "another issuer",
    {},
    { issuer: "https://evil.example" },
    audience,
    /InvalidIdentityToken: No OpenIDConnect provider found in your account for https:\/\/evil\.example/,
  ],
] as const) {
  test(`a login from ${what} is refused`, async (context) => {
    const { world, issuer } = await account(context);
    await assert.rejects(providerOf(world, issuer, { ...deployJob, ...job }, options, to), words);
    assert.deepEqual(world.uses(), []);
  });
}

test(`a login with ${otherKeys} is refused`, async (context) => {
  const { world } = await account(context);
  const stranger = await issuerFor(context);
  await assert.rejects(
    providerOf(world, stranger, deployJob),
    /InvalidIdentityToken: Couldn't retrieve verification key/,
  );
});

test("what no policy allows is refused with the action and the identity", async (context) => {
  const { world, issuer } = await account(context);
  const provider = await providerOf(world, issuer, deployJob);
  await assert.rejects(create(provider, "role", { name: "other", assumeRolePolicy: document([]) }), {
    message:
      `AccessDenied: User: ${session} is not authorized to perform: iam:CreateRole on resource: ` +
      `arn:aws:iam::${accountId}:role/other because no identity-based policy allows the iam:CreateRole action`,
  });
  assert.equal(world.find(types.role, "other"), undefined);
});

test("a policy may name the resource, and which policy is attached", async (context) => {
  const { cloud, world, issuer } = await account(context, []);
  await grant(cloud, "trinity-dev-ci-deploy", [
    { Effect: "Allow", Action: "ecr:CreateRepository", Resource: "arn:aws:ecr:*:*:repository/trinity-dev-*" },
    {
      Effect: "Allow",
      Action: "iam:AttachRolePolicy",
      Resource: "*",
      Condition: { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" } },
    },
  ]);
  const provider = await providerOf(world, issuer, deployJob);
  await create(provider, "repository", { name: "trinity-dev-aws-shop" });
  await assert.rejects(
    create(provider, "repository", { name: "other" }),
    /not authorized to perform: ecr:CreateRepository/,
  );
  const attach = (policy: string) =>
    create(provider, "attachment", { role: "trinity-dev-ci-deploy", policyArn: `arn:aws:iam::aws:policy/${policy}` });
  await attach("AmazonEKSClusterPolicy");
  await assert.rejects(attach("AdministratorAccess"), /not authorized to perform: iam:AttachRolePolicy/);
});

test("a job exchanges its token at STS for a session, and providers act in it until it ends", async (context) => {
  const { world, issuer } = await account(context);
  const service = await startSecurityTokenService(world.folder);
  context.after(() => service.stop());
  const client = new STSClient({
    region: "us-east-1",
    endpoint: service.address,
    credentials: { accessKeyId: "", secretAccessKey: "" },
  });
  const ask = async (job: WorkflowJob, seconds = 3600) => {
    const WebIdentityToken = await issuer.token(job, audience);
    return client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: deployRole,
        RoleSessionName: "run-12",
        WebIdentityToken,
        DurationSeconds: seconds,
      }),
    );
  };
  const { Credentials: credentials } = await ask(deployJob);
  const provider = await configured(world, { AWS_SESSION_TOKEN: credentials?.SessionToken });
  await create(provider, "repository", { name: "trinity-dev-aws-shop" });
  await assert.rejects(
    create(provider, "vpc", { cidrBlock: "10.0.0.0/16" }),
    /User: .*run-12 is not authorized to perform: ec2:CreateVpc/,
  );

  await assert.rejects(ask(previewJob), { name: "AccessDenied", message: /pull_request/ });
  await assert.rejects(ask(deployJob, 7200), { name: "ValidationError", message: /MaxSessionDuration/ });
});

test("a session that ends in the middle of the work refuses from then on", async (context) => {
  const { world } = await account(context);
  const session = { roleArn: deployRole, name: "run-12", endsAt: Date.now() + 60_000 };
  const provider = await configured(world, { AWS_SESSION_TOKEN: credentialsOf(world, session).sessionToken });
  await create(provider, "repository", { name: "one" });
  context.mock.timers.enable({ apis: ["Date"], now: session.endsAt });
  await assert.rejects(create(provider, "repository", { name: "two" }), {
    message: "ExpiredToken: The security token included in the request is expired",
  });
});

test("credentials that the rehearsal did not make are not used", async (context) => {
  const { world } = await account(context);
  const provider = await configured(world, { AWS_ACCESS_KEY_ID: "AKIAREAL", AWS_SESSION_TOKEN: "real.token" });
  await create(provider, "role", { name: "other", assumeRolePolicy: document([{ Effect: "Allow" }]) });
  assert.deepEqual(world.uses(), []);
});
