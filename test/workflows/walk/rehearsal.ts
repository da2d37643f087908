import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { type CloudName, cloudNames } from "../../../infra/clouds";
import type { BootstrapOutputs } from "../../../infra/contract";
import { startSecurityTokenService } from "../../../rehearsal/clouds/aws/sts";
import { installCommands } from "../../../rehearsal/clouds/commands/install";
import { policyAwareEngine } from "../../../rehearsal/engine/policy";
import { prepareStack } from "../../../rehearsal/engine/stack-file";
import { startGitHub, type SimulatedRepository } from "../../../rehearsal/github";
import { startTokenIssuer } from "../../../rehearsal/github/oidc";
import type { Sites } from "../../../rehearsal/registry";
import { repositoryRoot, shared } from "../../../rehearsal/paths";
import { temporaryEngine, type TestEngine } from "../../support/engine";
import { temporaryFolder } from "../../support/simulation";
import type { Builder } from "./builder";
import { author, type Checkout, teamCheckout } from "./commits";
import { firstRun, settingsAfter } from "./first-run";
import type { Stage } from "./stage";

/** The repository that the identities trust. */
export const repository = { owner: "acme", ownerId: 11, name: "shop", id: 22 };

/** GitHub's address, of which settings and links are made. */
const server = "https://github.com";

/** A stage, the engine and the simulated clouds that its jobs work on, and the simulated GitHub. */
export interface RehearsedStage extends Stage {
  /** With the backend of the first environment. */
  readonly engine: TestEngine;
  readonly pulls: SimulatedRepository;
  /** The working tree that commits are made from. */
  readonly checkout: Checkout;
  /** What the bootstrap stacks gave out, by `<env>-<cloud>`. */
  readonly identities: Readonly<Record<string, BootstrapOutputs>>;
  /** Brings a cloud's stack up without a job, as an administrator. */
  up(stack: string): Promise<void>;
  /** The same commit, in a run of its own. */
  again(): RehearsedStage;
  /** What the main branch is at now, in a run of its own. */
  latest(): RehearsedStage;
  /** Pushes a change of files to the main branch, as a merge would. @returns the stage of its commit */
  merge(message: string, files: Readonly<Record<string, string>>): RehearsedStage;
  /** Pushes a change of files to a branch and opens a pull request. @returns the stage of its commit */
  propose(branch: string, files: Readonly<Record<string, string>>): Promise<RehearsedStage>;
}

/** What a team begins with. */
export interface Team {
  /** Environments, each with its clouds and a backend of its own; one gets the images of those before it. */
  readonly environments: Readonly<Record<string, readonly CloudName[]>>;
  /** An app that can be built and pushed; those without it have no stack. @default none */
  readonly app?: { readonly stack: string; readonly builder: (engine: TestEngine, sites: Sites) => Promise<Builder> };
}

/**
 * Does what first-run.md says: identities by the bootstrap stacks, variables, stacks. The repository is this one as it is on
 * disk, in one commit, with the stacks' files as they are once their stack was made.
 */
export async function rehearsedStage(context: TestContext, { environments, app }: Team): Promise<RehearsedStage> {
  const folder = temporaryFolder(context);
  const engine = await temporaryEngine(context);
  const { paths } = engine.home;
  const issuer = await startTokenIssuer({ clouds: paths.clouds });
  const tokens = await startSecurityTokenService(paths.clouds);
  const appToken = "ghs_the-app";
  const github = await startGitHub({ folder: path.join(folder, "github"), token: appToken });
  context.after(() => Promise.all([issuer.stop(), tokens.stop(), github.stop()]));
  const pulls = await github.repository(repository.owner, repository.name);

  const identities: Record<string, BootstrapOutputs> = {};
  const names = Object.keys(environments);
  const engines = Object.fromEntries(
    names.map((env, index) => [env, index === 0 ? engine : engine.withBackend(`state-${env}`)]),
  );
  const engineOf = (env: string): TestEngine => {
    const found = engines[env];
    if (found === undefined) throw new Error(`no environment ${env}`);
    return found;
  };
  for (const [env, clouds] of Object.entries(environments)) {
    const promotesFrom = names.slice(0, names.indexOf(env));
    const made = await Promise.all(
      clouds.map((cloud) => firstRun(engineOf(env), { env, cloud, promotesFrom, repository })),
    );
    for (const outputs of made) identities[`${env}-${outputs.cloud}`] = outputs;
  }
  const builder = await app?.builder(engine, { "github.com": github.listener });
  const gitops = { repository: `${server}/${repository.owner}/${repository.name}.git` };
  const settings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    ...Object.fromEntries(
      Object.entries(identities).map(([stack, outputs]) => [
        stack,
        { ...settingsAfter(outputs), "trinity:gitops": gitops },
      ]),
    ),
    ...(app === undefined || builder === undefined ? {} : { [app.stack]: builder.settings }),
  };
  const clouds = cloudNames.filter((cloud) => Object.values(environments).some((some) => some.includes(cloud)));
  const checkout = await teamCheckout(path.join(folder, "checkout"), clouds);
  for (const [stack, own] of Object.entries(settings)) {
    const file = await prepareStack(engineOf(envOf(stack)).home, repositoryRoot, stack, own);
    fs.copyFileSync(file, path.join(checkout.folder, "stacks", `Pulumi.${stack}.yaml`));
  }
  const commands = path.join(folder, "bin");
  installCommands(commands, paths.clouds);
  const origin = path.join(folder, "github", repository.owner, `${repository.name}.git`);

  // No machine knows where a state is: the login tells its job.
  const installed = Object.entries(engine.home.environment).filter(([name]) => name !== "PULUMI_BACKEND_URL");

  const stageOf = (commit: string): RehearsedStage => ({
    folder: fs.mkdtempSync(path.join(folder, "run-")),
    origin,
    commit,
    repository,
    machine: {
      ...Object.fromEntries(installed),
      PATH: [policyAwareEngine(engine.home), commands, engine.home.environment.PATH].join(path.delimiter),
      TRINITY_SHARED_HOME: shared.root,
      AWS_ENDPOINT_URL_STS: tokens.address,
      AWS_EC2_METADATA_DISABLED: "true",
      ...builder?.machine,
      ...author,
    },
    packages: path.join(repositoryRoot, "node_modules"),
    issuer,
    github: { server, api: github.api },
    tokens: { job: appToken, app: appToken },
    variables: {
      TRINITY_APP_ID: "Iv1.app",
      ...Object.fromEntries(
        Object.entries(engines).map(([env, { home }]) => [
          `TRINITY_${env}_BACKEND`.toUpperCase(),
          `file://${home.paths.state}`,
        ]),
      ),
      ...Object.fromEntries(
        Object.values(identities).map((outputs) => [
          `TRINITY_${outputs.env}_${outputs.cloud}`.toUpperCase(),
          JSON.stringify(outputs),
        ]),
      ),
    },
    secrets: Object.fromEntries(
      Object.keys(environments).flatMap((env) =>
        [`${env}-images`, `${env}-rollout`].map((name) => [name, { TRINITY_APP_KEY: "pem" }]),
      ),
    ),
    engine,
    pulls,
    checkout,
    identities,
    up: async (stack) => {
      await engineOf(envOf(stack)).run("up", stack, { settings: settings[stack] });
    },
    again: () => stageOf(commit),
    latest: () => {
      checkout.git("pull", "--quiet", "--ff-only", origin, "main");
      return stageOf(checkout.git("rev-parse", "HEAD"));
    },
    merge: (message, files) => {
      const change = checkout.commit(message, files);
      checkout.git("push", "--quiet", origin, "HEAD:main");
      return stageOf(change);
    },
    propose: async (branch, files) => {
      checkout.git("checkout", "--quiet", "-b", branch);
      const change = checkout.commit(branch, files);
      checkout.git("push", "--quiet", origin, `HEAD:${branch}`);
      checkout.git("checkout", "--quiet", "main");
      const answer = await fetch(`${github.api}/repos/${repository.owner}/${repository.name}/pulls`, {
        method: "POST",
        headers: { authorization: `Bearer ${appToken}` },
        body: JSON.stringify({ title: branch, head: branch, base: "main", body: "" }),
      });
      if (!answer.ok) throw new Error(`No pull request: ${answer.status} ${await answer.text()}`);
      return stageOf(change);
    },
  });
  const commit = checkout.commit("Begin");
  checkout.git("push", "--quiet", origin, "HEAD:main");
  // As GitHub's, it gives any commit that it has.
  execFileSync("git", ["config", "uploadpack.allowAnySHA1InWant", "true"], { cwd: origin });
  return stageOf(commit);
}

function envOf(stack: string): string {
  return stack.split("-")[0] ?? "";
}
