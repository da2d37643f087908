import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { stateFolder, writeJson } from "../../rehearsal/engine/state";
import { type HomePaths, homePaths, repositoryRoot } from "../../rehearsal/paths";
import { type RegistryRules, type Services, startServices } from "../../rehearsal/services";
import { testTools } from "../support/tools";

const run = promisify(execFile);

/** Why there are no builds here, if so. */
export const skip = process.getuid?.() === 0 ? false : "building images takes root";

/** Repositories of the three clouds, as their stacks would name them. */
export const repositories = {
  aws: "123456789012.dkr.ecr.us-east-1.amazonaws.com/trinity-dev-aws-mandelbrot",
  gcp: "us-central1-docker.pkg.dev/trinity-k8s/trinity-dev-gcp-mandelbrot/mandelbrot",
  azure: "trinitydevazureacr.azurecr.io/mandelbrot",
} as const;

/** What a command said. */
export interface Outcome {
  readonly code: number;
  /** Standard output and error. */
  readonly text: string;
  readonly seconds: number;
}

/** A copy of the app's part of this repository with a history of its own, and everything that its stack needs. */
export interface AppFixture {
  /** Everything of the fixture: the copy, and the home that the services run in. */
  readonly folder: string;
  /** The copy. */
  readonly repository: string;
  /** Part of a secret that builds are given: must be found nowhere in plain text. Another one after `forgetBuilds`. */
  readonly secret: string;
  readonly services: Services;
  /** Build arguments of the stack. */
  readonly buildArguments: Readonly<Record<string, string>>;
  /** How many requests the clouds' registries have got; a test may begin to count anew. */
  requests: number;
  /** When each cloud's repository was made anew, by the registry's host. */
  readonly madeAt: Record<string, number>;
  /** Runs `pulumi` on `dev-mandelbrot`. */
  pulumi(verb: string, ...argumentList: string[]): Promise<Outcome>;
  /** Does so, and ends the test unless it succeeds. */
  succeed(verb: string, ...argumentList: string[]): Promise<Outcome>;
  /** Settings of `dev-mandelbrot`, besides those that a rehearsal always sets. */
  configure(settings: Readonly<Record<string, unknown>>): void;
  git(...argumentList: string[]): Promise<string>;
  /** The commit that is built. */
  head(): Promise<string>;
  /** What each cloud's registry has under a tag. */
  digests(tag: string): Promise<(string | undefined)[]>;
  /** The state of `dev-mandelbrot`. @param flags for instance `--show-secrets` */
  state(...flags: string[]): Promise<string>;
  /** Outputs of `dev-mandelbrot`. */
  outputs(): Promise<Record<string, unknown>>;
  /** Starts the services anew with an empty build cache, as on another machine; what was pushed stays. */
  forgetBuilds(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the services, puts stand-ins of the clouds' stacks into the state, and prepares the app's stack. */
export async function startAppFixture(): Promise<AppFixture> {
  const tools = await testTools();
  const madeAt: Record<string, number> = {};
  const rules: RegistryRules = {
    repository: (host) => {
      fixture.requests += 1;
      return { exists: true, immutableTags: true, madeAt: madeAt[host] };
    },
  };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-app-"));
  const home = homePaths(path.join(folder, "home"));
  let secret = "";
  const startAll = async () => {
    const started = await startServices({ home, tools, rules });
    secret = randomBytes(24).toString("hex");
    fs.appendFileSync(started.buildSecrets.npmrc.file, `//registry.example.com/:_authToken=${secret}\n`);
    started.login(...Object.values(repositories).map((name) => name.slice(0, name.indexOf("/"))));
    return started;
  };
  let services = await startAll();
  const plugin = path.join(home.pulumiHome, "plugins", "resource-docker-build-v0.0.22");
  fs.mkdirSync(plugin, { recursive: true });
  fs.mkdirSync(home.state, { recursive: true });
  fs.symlinkSync(tools["pulumi-resource-docker-build"], path.join(plugin, "pulumi-resource-docker-build"));
  const environment = () => ({
    ...process.env,
    ...services.environment,
    PATH: [path.join(repositoryRoot, "node_modules", ".bin"), process.env.PATH].join(":"),
    PULUMI_HOME: home.pulumiHome,
    PULUMI_BACKEND_URL: `file://${home.state}`,
    PULUMI_CONFIG_PASSPHRASE: "app-test",
    PULUMI_SKIP_UPDATE_CHECK: "1",
  });
  const command = async (cwd: string, file: string, argumentList: readonly string[]): Promise<Outcome> => {
    const begin = performance.now();
    const outcome = await run(file, [...argumentList], { cwd, env: environment(), maxBuffer: 64 * 1024 * 1024 }).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      (error: unknown) => {
        const { code, stdout, stderr, message } = error as Error &
          Readonly<Record<"code" | "stdout" | "stderr", unknown>>;
        return { code: typeof code === "number" ? code : -1, text: [stdout, stderr, message].join("\n") };
      },
    );
    return { ...outcome, seconds: (performance.now() - begin) / 1000 };
  };
  const demand = async (cwd: string, file: string, ...argumentList: string[]): Promise<string> => {
    const outcome = await command(cwd, file, argumentList);
    if (outcome.code !== 0) {
      throw new Error(`${file} ${argumentList.join(" ")}: ${outcome.text}`);
    }
    return outcome.text;
  };

  const dockerfile = fs.readFileSync(path.join(repositoryRoot, "apps/mandelbrot/Dockerfile"), "utf8");
  const buildArguments = await services.buildArguments(dockerfile);
  for (const [cloud, name] of Object.entries(repositories)) writeStandIn(home, cloud, name);
  const repository = path.join(folder, "repository");
  copyRepository(repository);
  const git = (...argumentList: string[]) =>
    demand(repository, "git", "-c", "core.hooksPath=/dev/null", ...argumentList);
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.email", "test@example.com");
  await git("config", "user.name", "Test");
  await git("add", "apps", "infra", "components", "stacks", "Pulumi.yaml", "package.json", "tsconfig.json");
  await git("commit", "--quiet", "--message=first");
  await demand(repository, tools.pulumi, "stack", "init", "dev-mandelbrot", "--non-interactive");
  const settingsFile = path.join(repository, "stacks", "Pulumi.dev-mandelbrot.yaml");
  const salt = /encryptionsalt: .*/.exec(fs.readFileSync(settingsFile, "utf8"))?.[0] ?? "";
  const configure = (settings: Readonly<Record<string, unknown>>) => {
    const config = {
      "trinity:builder": services.builder,
      "trinity:platforms": services.platforms,
      "trinity:buildArguments": buildArguments,
      "trinity:buildSecrets": services.buildSecrets,
      ...settings,
    };
    fs.writeFileSync(settingsFile, `${salt}\nconfig: ${JSON.stringify(config)}\n`);
  };
  configure({});
  const stack = ["--stack", "dev-mandelbrot"];
  const pulumi = (verb: string, ...rest: string[]) =>
    command(repository, tools.pulumi, [verb, ...rest, ...stack, "--non-interactive", "--color=never"]);
  const fixture: AppFixture = {
    folder,
    repository,
    get secret() {
      return secret;
    },
    buildArguments,
    get services() {
      return services;
    },
    requests: 0,
    madeAt,
    pulumi,
    succeed: async (...words) => {
      const outcome = await pulumi(...words);
      assert.equal(outcome.code, 0, outcome.text);
      return outcome;
    },
    configure,
    git,
    head: async () => (await git("rev-parse", "HEAD")).trim(),
    digests: (tag) => Promise.all(Object.values(repositories).map((name) => services.manifest(`${name}:${tag}`))),
    state: (...flags) => demand(repository, tools.pulumi, "stack", "export", ...flags, ...stack),
    outputs: async () =>
      JSON.parse(await demand(repository, tools.pulumi, "stack", "output", "--json", ...stack)) as Record<
        string,
        unknown
      >,
    forgetBuilds: async () => {
      await services.stop();
      fs.rmSync(home.buildkit, { recursive: true });
      services = await startAll();
    },
    stop: async () => {
      await services.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  return fixture;
}

function copyRepository(target: string): void {
  for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json", "infra", "components", "apps", "stacks"]) {
    fs.cpSync(path.join(repositoryRoot, name), path.join(target, name), { recursive: true });
  }
  fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(target, "node_modules"));
}

/** Writes the state of a cloud's stack as an `up` leaves it, as far as another stack reads it: nothing but outputs. */
function writeStandIn(home: HomePaths, cloud: string, repository: string): void {
  const stack = `dev-${cloud}`;
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::trinity::${type}::trinity-${stack}`;
  const resources = [{ urn, type, custom: false, outputs: cloudStandIn(cloud, repository) }];
  const checkpoint = { stack: `organization/trinity/${stack}`, latest: { manifest: {}, resources } };
  writeJson(path.join(stateFolder({ paths: home }), `${stack}.json`), { version: 3, checkpoint });
}

function cloudStandIn(cloud: string, repository: string): unknown {
  return {
    version: 1,
    cloud,
    env: "dev",
    region: "somewhere",
    cluster: { name: `trinity-dev-${cloud}`, endpoint: "https://127.0.0.1:6443", kubernetesVersion: "1.34" },
    registry: { host: repository.slice(0, repository.indexOf("/")), repositories: { mandelbrot: repository } },
    gitops: {
      namespace: "argocd",
      application: "root",
      repository: "file:///nowhere",
      revision: "HEAD",
      path: "gitops",
    },
  };
}
