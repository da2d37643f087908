import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { overlayFile, withImage } from "../../delivery/overlay";
import { subjectsOf } from "../../infra/access/subjects";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { repositoryRoot } from "../../infra/repository-root";
import { accountId } from "../../rehearsal/clouds/aws/account";
import { openIdConnectProvider } from "../../rehearsal/clouds/aws/iam-oidc";
import { provider as aws } from "../../rehearsal/clouds/aws/provider";
import { startSecurityTokenService } from "../../rehearsal/clouds/aws/sts";
import { SimulatedProvider } from "../../rehearsal/clouds/kernel/provider";
import { deployJob, issuerFor, repository } from "../clouds/jobs";
import { digestOf, makePlatform, repositories } from "../delivery/platform";
import { temporaryFolder, temporaryWorld } from "../support/simulation";

/** Runs `npm run ci -- …`, without npm. */
function ci(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ["--import", "tsx", "ci/index.ts", ...args], {
    cwd: repositoryRoot,
    env: { PATH: process.env.PATH, HOME: environment.RUNNER_TEMP, ...environment },
    // For what would never end.
    timeout: 120_000,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
  child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

test("a job logs in to AWS for an hour: the session is masked, and later steps act in it", async (context) => {
  const world = temporaryWorld(context, "aws");
  const role = roleFor(world);
  const issuer = await issuerFor(context, world.folder);
  const service = await startSecurityTokenService(world.folder);
  context.after(() => service.stop());
  const file = path.join(world.folder, "github-env");
  const identities = { preview: role, deploy: role, push: role, rollout: role };
  const outputs = { version: 1, env: "dev", cloud: "aws", account: accountId, region: "us-east-1", identities };
  const { code, stdout, stderr } = await ci(["login", "--env", "dev", "--identity", "deploy", "--cloud", "aws"], {
    GITHUB_ACTIONS: "true",
    GITHUB_ENV: file,
    RUNNER_TEMP: world.folder,
    GITHUB_RUN_ID: "4217",
    GITHUB_VARIABLES: JSON.stringify({ TRINITY_DEV_AWS: JSON.stringify(outputs) }),
    AWS_ENDPOINT_URL_STS: service.address,
    ...issuer.environment(deployJob),
  });
  assert.equal(code, 0, stderr);
  const environment = Object.fromEntries(
    fs
      .readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
  assert.equal(environment.AWS_REGION, "us-east-1");
  const secrets = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;
  for (const name of secrets) {
    assert.ok(stdout.includes(`::add-mask::${String(environment[name])}\n`), name);
    assert.ok(!stderr.includes(String(environment[name])), name);
  }

  const provider = new SimulatedProvider(aws, "7.48.0", world.folder, environment);
  provider.configure({ region: "us-east-1" });
  await provider.logIn();
  await assert.rejects(
    provider.create("urn:pulumi:t::trinity::aws:ecr/repository:Repository::r", { name: "shop" }, false),
    /User: arn:aws:sts::\d+:assumed-role\/deploy\/trinity-dev-deploy-4217-1 is not authorized to perform: ecr:CreateRepository/,
  );
});

function roleFor(world: ReturnType<typeof temporaryWorld>): string {
  const record = { identity: null, readyAt: 0, visibleAt: 0 };
  const [providerArn, roleArn] = ["oidc-provider/token.actions.githubusercontent.com", "role/deploy"].map(
    (name) => `arn:aws:iam::${accountId}:${name}`,
  ) as [string, string];
  world.insert({
    ...record,
    type: openIdConnectProvider.type,
    id: providerArn,
    inputs: { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] },
    outputs: { arn: providerArn },
  });
  const sub = subjectsOf(repository, { kind: "environment", name: "dev" });
  const trust = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": sub } },
  };
  world.insert({
    ...record,
    type: "aws:iam/role:Role",
    id: "deploy",
    inputs: { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) },
    outputs: { arn: roleArn },
  });
  return roleArn;
}

/** Stands in for a cloud's command: writes down how it was called, and prints a password. */
function command(folder: string, name: string, script: string): void {
  const text = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> '${folder}/calls'\n${script}\n`;
  fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
}

function outputsFolder(context: TestContext): string {
  const folder = temporaryFolder(context);
  const hosts = {
    aws: `${accountId}.dkr.ecr.us-east-1.amazonaws.com`,
    gcp: "us-central1-docker.pkg.dev",
    azure: "trinitydevazureacr.azurecr.io",
  };
  for (const [cloud, host] of Object.entries(hosts)) {
    const outputs = {
      version: 1,
      cloud,
      env: "dev",
      region: cloud === "aws" ? "us-east-1" : "somewhere",
      cluster: { name: "c", endpoint: "https://c.example", kubernetesVersion: "1.34" },
      registry: { host, repositories: {} },
      gitops: { namespace: "argocd", application: "root", repository: "r", revision: "main", path: "gitops" },
    };
    fs.writeFileSync(path.join(folder, `dev-${cloud}.json`), JSON.stringify(outputs));
  }
  return folder;
}

/** A job that has logged in, with the clouds' commands on its PATH. */
async function pushJob(context: TestContext) {
  const folder = temporaryFolder(context);
  command(folder, "aws", "printf 'aws-password\\n'");
  command(folder, "gcloud", "printf 'gcp-password\\n'");
  // The token's file is there, and private, while the login runs.
  command(
    folder,
    "az",
    `case "$1" in
      login) for word in "$@"; do case "$word" in @*) stat -c %a "\${word#@}" >> '${folder}/calls';; esac; done;;
      acr) printf 'azure-password\\n';;
    esac`,
  );
  const issuer = await issuerFor(context);
  return {
    folder,
    calls: () => fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n"),
    environment: {
      PATH: `${folder}:${process.env.PATH ?? ""}`,
      RUNNER_TEMP: folder,
      GITHUB_ENV: path.join(folder, "github-env"),
      ARM_USE_OIDC: "true",
      ARM_CLIENT_ID: "client",
      ARM_TENANT_ID: "tenant",
      ...issuer.environment(deployJob),
    },
  };
}

test("a job logs in to an app's registries; no argument, log or readable file holds a password", async (context) => {
  const { folder, calls, environment } = await pushJob(context);
  const args = ["registries", "--app", "mandelbrot", "--env", "dev", "--stack-outputs", outputsFolder(context)];
  const { code, stdout, stderr } = await ci(args, environment);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /-password/);
  assert.match(fs.readFileSync(environment.GITHUB_ENV, "utf8"), /^DOCKER_CONFIG=.*\/trinity-docker$/m);
  const file = path.join(folder, "trinity-docker/config.json");
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const { auths } = JSON.parse(fs.readFileSync(file, "utf8")) as { readonly auths: Record<string, { auth: string }> };
  assert.deepEqual(
    Object.fromEntries(Object.entries(auths).map(([host, { auth }]) => [host, Buffer.from(auth, "base64").toString()])),
    {
      [`${accountId}.dkr.ecr.us-east-1.amazonaws.com`]: "AWS:aws-password",
      "us-central1-docker.pkg.dev": "oauth2accesstoken:gcp-password",
      "trinitydevazureacr.azurecr.io": "00000000-0000-0000-0000-000000000000:azure-password",
    },
  );
  const made = calls();
  assert.ok(made.includes("aws ecr get-login-password --region us-east-1"));
  assert.ok(made.includes("gcloud auth print-access-token --quiet"));
  assert.ok(made.some((call) => call.startsWith("az acr login --name trinitydevazureacr --expose-token")));
  assert.ok(
    made.some((call) =>
      call.startsWith("az login --service-principal --username client --tenant tenant --federated-token @/"),
    ),
  );
  assert.ok(made.includes("600"), "the token's file is the user's alone");
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.startsWith("trinity-az-")),
    [],
  );
});

/** A job whose clone is of a platform with one release, of mandelbrot to dev. @param hosts of overlays that name others */
async function jobAfterRelease(context: TestContext, hosts: Partial<Record<CloudName, string>> = {}) {
  const job = await pushJob(context);
  const platform = makePlatform();
  context.after(() => {
    platform.remove();
  });
  const image = { tag: `sha-${"a".repeat(40)}`, digest: digestOf("an image") };
  const released = cloudNames.map((cloud) => {
    const file = overlayFile("mandelbrot", "dev", cloud);
    const repository = hosts[cloud] ?? repositories("mandelbrot", "dev")[cloud];
    return [file, withImage(file, platform.show("main", file), "mandelbrot", { ...image, repository })] as const;
  });
  platform.commit("Release", Object.fromEntries(released));
  // As npm says it, to a command that is called in the clone.
  const called = { INIT_CWD: platform.root, npm_package_json: path.join(repositoryRoot, "package.json") };
  return { ...job, environment: { ...job.environment, ...called } };
}

const released = ["registries", "--app", "mandelbrot", "--released"];

test("a job logs in to the registries that another environment's overlays name, and asks Pulumi nothing", async (context) => {
  const { folder, calls, environment } = await jobAfterRelease(context);
  command(folder, "pulumi", "exit 1");
  const { code, stderr } = await ci([...released, "--env", "dev"], environment);
  assert.equal(code, 0, stderr);
  const config = fs.readFileSync(path.join(folder, "trinity-docker/config.json"), "utf8");
  assert.deepEqual(Object.keys((JSON.parse(config) as { readonly auths: object }).auths).sort(), [
    "111122223333.dkr.ecr.us-east-1.amazonaws.com",
    "trinitydevazureacr.azurecr.io",
    "us-central1-docker.pkg.dev",
  ]);
  const made = calls();
  assert.ok(made.includes("aws ecr get-login-password --region us-east-1"));
  assert.ok(made.some((call) => call.startsWith("az acr login --name trinitydevazureacr --expose-token")));
  assert.ok(!made.some((call) => call.startsWith("pulumi")));
});

test("what was never released has no registry to log in to", async (context) => {
  const { environment } = await jobAfterRelease(context);
  const { code, stderr } = await ci([...released, "--env", "prod", "--clouds", "aws"], environment);
  assert.equal(code, 2);
  assert.match(stderr, /prod\/aws\/kustomization\.yaml names no image: "mandelbrot" was never released to prod/);
});

for (const [cloud, host, form] of [
  ["aws", "111122223333.dkr.ecr.us-east-1.example.com", "<account>.dkr.ecr.<region>.amazonaws.com"],
  ["gcp", "docker.pkg.dev.example.com", "<region>-docker.pkg.dev"],
  ["azure", "azurecr.io.example.com", "<registry>.azurecr.io"],
] as const) {
  test(`a host that is no registry of ${cloud} gets no password`, async (context) => {
    const { folder, environment } = await jobAfterRelease(context, { [cloud]: `${host}/mandelbrot` });
    const { code, stderr } = await ci([...released, "--env", "dev", "--clouds", cloud], environment);
    assert.equal(code, 2);
    assert.ok(stderr.includes(`"${host}" is no registry of ${cloud}, whose host has the form ${form}`), stderr);
    assert.ok(!fs.existsSync(path.join(folder, "calls")));
  });
}

test("a cloud's command that fails is named, with its words and what to do", async (context) => {
  const { folder, environment } = await pushJob(context);
  command(folder, "aws", "echo 'Unable to locate credentials' >&2; exit 253");
  const args = ["registries", "--app", "mandelbrot", "--env", "dev", "--clouds", "aws"];
  const { code, stderr } = await ci([...args, "--stack-outputs", outputsFolder(context)], environment);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /`aws ecr get-login-password` ended with exit code 253: Unable to locate credentials\nLog in to/,
  );
});

test("a credential store of the machine is left alone", async (context) => {
  const { folder, environment } = await pushJob(context);
  const config = JSON.stringify({ credsStore: "desktop" });
  fs.writeFileSync(path.join(folder, "config.json"), config);
  const args = ["registries", "--app", "mandelbrot", "--env", "dev", "--clouds", "aws"];
  const { code, stderr } = await ci([...args, "--stack-outputs", outputsFolder(context)], {
    ...environment,
    DOCKER_CONFIG: folder,
  });
  assert.equal(code, 2);
  assert.match(stderr, /keeps logins in the credential store "desktop"/);
  assert.equal(fs.readFileSync(path.join(folder, "config.json"), "utf8"), config);
});

for (const app of ["nosuch", "../apps/mandelbrot"]) {
  test(`"${app}", which is no app, has no registries to log in to, whatever clouds are named`, async (context) => {
    const folder = temporaryFolder(context);
    for (const clouds of [[], ["--clouds", "aws"]]) {
      const args = ["registries", "--app", app, "--env", "dev", ...clouds, "--stack-outputs", outputsFolder(context)];
      const { code, stderr } = await ci(args, { RUNNER_TEMP: folder });
      assert.equal(code, 2, stderr);
      assert.ok(stderr.includes(`there is no app "${app}"; those of this repository are `), stderr);
      assert.match(stderr, /\bmandelbrot[,.]/);
    }
  });
}

test("stacks of an environment that has none are no empty matrix; what touches none is", async (context) => {
  const RUNNER_TEMP = temporaryFolder(context);
  const wrong = await ci(["stacks", "--env", "prd"], { RUNNER_TEMP });
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /no stack of a cloud is of "prd"; stacks\/ has those of dev, prod\./);
  const untouched = await ci(["stacks", "--env", "prod", "--since", "HEAD", "--json"], { RUNNER_TEMP });
  assert.deepEqual([untouched.code, untouched.stdout], [0, '{"include":[]}\n'], untouched.stderr);
});

test("drifts in a folder that is not there are not as good as none", async (context) => {
  const folder = temporaryFolder(context);
  const { code, stderr } = await ci(["drift-issues", "--drifts", path.join(folder, "none")], { RUNNER_TEMP: folder });
  assert.equal(code, 2, stderr);
  assert.match(stderr, /--drifts: there is no folder .*\/none\./);
});

test("where a result cannot be written is told before any work", async (context) => {
  const folder = temporaryFolder(context);
  command(folder, "pulumi", "exit 1");
  const file = path.join(folder, "file");
  fs.writeFileSync(file, "kept");
  for (const name of ["deploy", "preview", "drift"]) {
    for (const out of [file, path.join(file, "below"), "/proc/none/below"]) {
      const { code, stderr } = await ci([name, "--stack", "dev-aws", "--out", out], {
        PATH: `${folder}:${process.env.PATH ?? ""}`,
        RUNNER_TEMP: folder,
      });
      assert.equal(code, 2, `${name} ${out}: ${stderr}`);
      assert.ok(stderr.includes(`--out: ${out} is no folder that can be written to: E`), stderr);
    }
  }
  assert.equal(fs.readFileSync(file, "utf8"), "kept");
  assert.ok(!fs.existsSync(path.join(folder, "calls")), "Pulumi was run");
});
