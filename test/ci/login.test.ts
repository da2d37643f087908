import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { logIn } from "../../ci/login";
import { jobToken } from "../../ci/login/job";
import { decodeJwt } from "jose";
import { deployJob, issuerFor, previewJob } from "../clouds/jobs";
import { temporaryFolder } from "../support/simulation";

const identities = (name: (identity: string) => string) => ({
  preview: name("preview"),
  deploy: name("deploy"),
  push: name("push"),
  rollout: name("rollout"),
});

const provider = "projects/77/locations/global/workloadIdentityPools/trinity-dev/providers/github";

const outputs = {
  aws: {
    version: 1,
    env: "dev",
    cloud: "aws",
    account: "123456789012",
    region: "us-east-1",
    identities: identities((name) => `arn:aws:iam::123456789012:role/trinity-dev-ci-${name}`),
  },
  gcp: {
    version: 1,
    env: "dev",
    cloud: "gcp",
    project: "acme",
    provider,
    identities: identities((name) => `trinity-dev-${name}@acme.iam.gserviceaccount.com`),
  },
  azure: {
    version: 1,
    env: "dev",
    cloud: "azure",
    tenant: "11111111-1111-4111-8111-111111111111",
    subscription: "22222222-2222-4222-8222-222222222222",
    identities: identities((name) => `client-${name}`),
    principals: identities((name) => `object-${name}`),
  },
} as const;

const variables = {
  TRINITY_DEV_AWS: JSON.stringify(outputs.aws),
  TRINITY_DEV_GCP: JSON.stringify(outputs.gcp),
  TRINITY_DEV_AZURE: JSON.stringify(outputs.azure),
};

interface Setup {
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** A step of a job, with what the runner gives it. */
async function step(context: TestContext, given: Setup = {}, job = deployJob) {
  const folder = temporaryFolder(context);
  const issuer = await issuerFor(context);
  const environmentFile = path.join(folder, "github-env");
  fs.writeFileSync(environmentFile, "");
  const environment = {
    GITHUB_ENV: environmentFile,
    RUNNER_TEMP: folder,
    GITHUB_RUN_ID: "4217",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_VARIABLES: JSON.stringify(given.variables ?? variables),
    ...issuer.environment(job),
    ...given.environment,
  };
  const reported: string[] = [];
  return {
    folder,
    environment,
    reported,
    run: (identity: "preview" | "deploy" | "push" | "rollout", ...clouds: readonly ("aws" | "gcp" | "azure")[]) =>
      logIn(
        { env: "dev", identity, clouds },
        { environment, report: (line) => reported.push(line), signal: context.signal },
      ),
    /** What later steps get. */
    later: (): Record<string, string> =>
      Object.fromEntries(
        fs
          .readFileSync(environmentFile, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      ),
  };
}

test("Google's SDKs get a file that asks GitHub for the job's token, and only its user reads it", async (context) => {
  const { run, later, environment, reported } = await step(context, {}, previewJob);
  await run("preview", "gcp");
  const { GOOGLE_APPLICATION_CREDENTIALS: file = "", ...others } = later();
  assert.deepEqual(others, {
    CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: file,
    GOOGLE_CLOUD_PROJECT: "acme",
    CLOUDSDK_CORE_PROJECT: "acme",
  });
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.ok(file.startsWith(environment.RUNNER_TEMP));
  const credentials = JSON.parse(fs.readFileSync(file, "utf8")) as {
    readonly audience: string;
    readonly service_account_impersonation_url: string;
    readonly credential_source: { readonly url: string; readonly headers: Record<string, string> };
  };
  assert.equal(credentials.audience, `//iam.googleapis.com/${provider}`);
  assert.match(credentials.service_account_impersonation_url, /trinity-dev-preview@acme\.iam\.gserviceaccount\.com:/);
  const { url, headers } = credentials.credential_source;
  const { value } = (await (await fetch(url, { headers })).json()) as { readonly value: string };
  assert.equal(decodeJwt(value).aud, `https://iam.googleapis.com/${provider}`);
  assert.deepEqual(reported, ["This job is repo:acme/shop:pull_request to the clouds.", "gcp: preview of dev"]);
});

test("Azure's SDKs are told who the job is, and ask GitHub by themselves", async (context) => {
  const { run, later } = await step(context);
  await run("deploy", "azure");
  assert.deepEqual(later(), {
    ARM_USE_OIDC: "true",
    ARM_CLIENT_ID: "client-deploy",
    ARM_TENANT_ID: outputs.azure.tenant,
    ARM_SUBSCRIPTION_ID: outputs.azure.subscription,
    AAD_LOGIN_METHOD: "workloadidentity",
    AZURE_CLIENT_ID: "client-deploy",
    AZURE_TENANT_ID: outputs.azure.tenant,
  });
});

test("the cloud that keeps the environment's state is logged in to as well, as the same identity", async (context) => {
  const backend = "azblob://state?storage_account=acme";
  const { run, later, reported } = await step(context, {
    variables: { ...variables, TRINITY_DEV_BACKEND: backend, TRINITY_PROD_BACKEND: "s3://another" },
  });
  await run("push", "gcp");
  const { AZURE_FEDERATED_TOKEN_FILE: file = "", ARM_CLIENT_ID: client, PULUMI_BACKEND_URL: told } = later();
  assert.equal(told, backend);
  assert.equal(client, "client-push");
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.equal(decodeJwt(fs.readFileSync(file, "utf8")).aud, "api://AzureADTokenExchange");
  assert.equal(reported.at(-1), "azure: push of dev, for the state");
});

test("without a backend of the environment's own, later steps are told of none", async (context) => {
  const { run, later, reported } = await step(context, {
    variables: { ...variables, TRINITY_PROD_BACKEND: "s3://another" },
  });
  await run("deploy", "azure");
  assert.equal(later().PULUMI_BACKEND_URL, undefined);
  assert.equal(reported.at(-1), "azure: deploy of dev");
});

for (const [what, given, words] of [
  ["no variables", { environment: { GITHUB_VARIABLES: "" } }, /GITHUB_VARIABLES is not set\. .*toJSON\(vars\)/],
  ["variables that are no JSON", { environment: { GITHUB_VARIABLES: "{" } }, /GITHUB_VARIABLES is no JSON object/],
  ["a missing variable", { variables: {} }, /no variable TRINITY_DEV_GCP\. .*gh variable set TRINITY_DEV_GCP/],
  [
    "a variable without JSON",
    { variables: { TRINITY_DEV_GCP: "x" } },
    /TRINITY_DEV_GCP does not hold the outputs of dev-bootstrap-gcp/,
  ],
  ["another version", { variables: { TRINITY_DEV_GCP: JSON.stringify({ ...outputs.gcp, version: 2 }) } }, /version/],
  [
    "another cloud's outputs",
    { variables: { TRINITY_DEV_GCP: JSON.stringify(outputs.aws) } },
    /holds the outputs of dev-bootstrap-aws/,
  ],
  [
    "another environment's outputs",
    { variables: { TRINITY_DEV_GCP: JSON.stringify({ ...outputs.gcp, env: "prod" }) } },
    /holds the outputs of prod-bootstrap-gcp/,
  ],
  [
    "no outputs of the state's cloud",
    { variables: { TRINITY_DEV_GCP: variables.TRINITY_DEV_GCP, TRINITY_DEV_BACKEND: "s3://state" } },
    /no variable TRINITY_DEV_AWS/,
  ],
  [
    "a backend of two lines",
    { variables: { ...variables, TRINITY_DEV_BACKEND: "file:///state\nPATH=/tmp" } },
    /PULUMI_BACKEND_URL has a line break/,
  ],
  [
    "no permission to ask",
    { environment: { ACTIONS_ID_TOKEN_REQUEST_URL: undefined } },
    /ACTIONS_ID_TOKEN_REQUEST_URL .* not set.*permissions: id-token: write/,
  ],
  ["no file for later steps", { environment: { GITHUB_ENV: undefined } }, /GITHUB_ENV is not set/],
] as const satisfies readonly (readonly [string, Setup, RegExp])[]) {
  test(`${what}: an error that says what to do, and nothing handed over`, async (context) => {
    const { run, folder } = await step(context, given);
    await assert.rejects(run("deploy", "gcp"), { name: "Error", message: words });
    assert.equal(fs.readFileSync(path.join(folder, "github-env"), "utf8"), "");
  });
}

test("a pull request of a fork is told so", async (context) => {
  const folder = temporaryFolder(context);
  const event = path.join(folder, "event.json");
  fs.writeFileSync(event, JSON.stringify({ pull_request: { head: { repo: { full_name: "stranger/shop" } } } }));
  const { run } = await step(context, { environment: { GITHUB_EVENT_PATH: event } }, { ...previewJob, fork: true });
  await assert.rejects(run("preview", "gcp"), {
    name: "RefusedError",
    message: /comes from stranger\/shop, a fork\. GitHub gives its jobs no token/,
  });
});

test("a token that GitHub does not give is an error without a secret", async (context) => {
  const { run } = await step(context, { environment: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "spent" } });
  await assert.rejects(run("deploy", "gcp"), (error: Error) => {
    assert.match(error.message, /GitHub answered 401 to this job's request/);
    assert.doesNotMatch(error.message, /spent/);
    return true;
  });
});

test("a connection that breaks is no answer: GitHub is asked again", async (context) => {
  let asked = 0;
  const server = http.createServer((request, response) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else response.end(JSON.stringify({ value: "a-token" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const folder = temporaryFolder(context);
  const job = { requestUrl, requestToken: "request", environmentFile: "", temporary: folder, run: "1-1" };
  assert.equal(await jobToken(job, "sts.amazonaws.com", context.signal), "a-token");
  assert.equal(asked, 2);
});

test("what STS refuses is said with the role and the token's subject", async (context) => {
  const server = http.createServer((_request, response) => {
    response
      .writeHead(403, { "content-type": "text/xml" })
      .end(
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to perform " +
          "sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>",
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${port}`;
  context.after(() => {
    delete process.env.AWS_ENDPOINT_URL_STS;
  });
  const { run, later } = await step(context, {}, previewJob);
  await assert.rejects(run("deploy", "aws"), {
    message:
      /does not let this job be arn:aws:iam::123456789012:role\/trinity-dev-ci-deploy: AccessDenied: Not authorized .* The job's token is of repo:acme\/shop:pull_request/,
  });
  assert.deepEqual(later(), {});
});
