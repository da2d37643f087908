import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import type { CloudName } from "../../../infra/clouds";
import { bootstrapOutputs } from "../../../infra/contract";
import { principalsOf } from "../../../rehearsal/access/jobs";
import { startSecurityTokenService } from "../../../rehearsal/clouds/aws/sts";
import { policyAwareEngine } from "../../../rehearsal/engine/policy";
import { prepareStack } from "../../../rehearsal/engine/stack-file";
import { stackOutputs } from "../../../rehearsal/engine/state";
import { startGitHub, type SimulatedRepository } from "../../../rehearsal/github";
import { startTokenIssuer } from "../../../rehearsal/github/oidc";
import { repositoryRoot, shared } from "../../../rehearsal/paths";
import { copyRepository } from "../../support/checkout";
import { temporaryEngine, type TestEngine } from "../../support/engine";
import { temporaryFolder } from "../../support/simulation";
import type { Stage } from "./stage";

/** The repository that the identities trust. */
export const repository = { owner: "acme", ownerId: 11, name: "shop", id: 22 };

export const commits = {
  env: {
    ...process.env,
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
  },
};

/** A stage, the engine and the simulated clouds that its jobs work on, and the simulated GitHub. */
export interface RehearsedStage extends Stage {
  readonly engine: TestEngine;
  readonly pulls: SimulatedRepository;
  /** The working tree that commits are made from. */
  readonly checkout: string;
  /** The same commit, in a run of its own. */
  again(): RehearsedStage;
  /** Pushes a change of files to a branch and opens a pull request. @returns the stage of its commit */
  propose(branch: string, files: Readonly<Record<string, string>>): Promise<RehearsedStage>;
}

/**
 * Does what first-run.md says, for an environment `dev` of some clouds: identities by the bootstrap stacks, variables, stacks.
 * The repository is this one as it is on disk, in one commit, with the stacks' files as they are once their stack was made.
 */
export async function rehearsedStage(context: TestContext, clouds: readonly CloudName[]): Promise<RehearsedStage> {
  const folder = temporaryFolder(context);
  const engine = await temporaryEngine(context);
  const { paths } = engine.home;
  const issuer = await startTokenIssuer({ clouds: paths.clouds });
  const tokens = await startSecurityTokenService(paths.clouds);
  const appToken = "ghs_the-app";
  const github = await startGitHub({ folder: path.join(folder, "github"), token: appToken });
  context.after(() => Promise.all([issuer.stop(), tokens.stop(), github.stop()]));

  const principals = new Map<CloudName, Readonly<Record<string, string>>>();
  const variables: Record<string, string> = { TRINITY_BACKEND: `file://${paths.state}`, TRINITY_APP_ID: "Iv1.app" };
  for (const cloud of clouds) {
    const stack = `dev-bootstrap-${cloud}`;
    await engine.run("up", stack, { settings: { "trinity:github": repository } });
    const outputs = bootstrapOutputs.parse(await stackOutputs(engine.home, stack));
    principals.set(cloud, principalsOf(outputs));
    variables[`TRINITY_DEV_${cloud.toUpperCase()}`] = JSON.stringify(outputs);
  }
  const pulls = await github.repository(repository.owner, repository.name);
  const origin = path.join(folder, "github", repository.owner, `${repository.name}.git`);
  const checkout = path.join(folder, "checkout");
  await copyRepository(checkout);
  // The clouds that this team has.
  for (const file of fs.readdirSync(path.join(checkout, "stacks")).filter((name) => name.endsWith(".yaml"))) {
    fs.rmSync(path.join(checkout, "stacks", file));
  }
  for (const cloud of clouds) {
    const file = await prepareStack(engine.home, repositoryRoot, `dev-${cloud}`, principals.get(cloud));
    fs.copyFileSync(file, path.join(checkout, "stacks", `Pulumi.dev-${cloud}.yaml`));
  }
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: checkout, encoding: "utf8", ...commits }).trim();
  git("init", "--quiet", "--initial-branch=main");

  const stageOf = (commit: string): RehearsedStage => ({
    folder: fs.mkdtempSync(path.join(folder, "run-")),
    origin,
    commit,
    repository,
    machine: {
      ...engine.home.environment,
      PATH: [policyAwareEngine(engine.home), engine.home.environment.PATH].join(path.delimiter),
      TRINITY_SHARED_HOME: shared.root,
      AWS_ENDPOINT_URL_STS: tokens.address,
      AWS_EC2_METADATA_DISABLED: "true",
      ...commitsOnly(),
    },
    packages: path.join(repositoryRoot, "node_modules"),
    issuer,
    github,
    tokens: { job: appToken, app: appToken },
    variables,
    secrets: Object.fromEntries(["dev-images", "dev-rollout"].map((name) => [name, { TRINITY_APP_KEY: "pem" }])),
    engine,
    pulls,
    checkout,
    again: () => stageOf(commit),
    propose: async (branch, files) => {
      git("checkout", "--quiet", "-b", branch);
      for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(checkout, file), text);
      const change = commitAll(branch);
      git("push", "--quiet", origin, `HEAD:${branch}`);
      git("checkout", "--quiet", "main");
      const answer = await fetch(`${github.api}/repos/${repository.owner}/${repository.name}/pulls`, {
        method: "POST",
        headers: { authorization: `Bearer ${appToken}` },
        body: JSON.stringify({ title: branch, head: branch, base: "main", body: "" }),
      });
      if (!answer.ok) throw new Error(`No pull request: ${answer.status} ${await answer.text()}`);
      return stageOf(change);
    },
  });
  const commitAll = (message: string): string => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  const commit = commitAll("Begin");
  git("push", "--quiet", origin, "HEAD:main");
  // As GitHub's, it gives any commit that it has.
  execFileSync("git", ["config", "uploadpack.allowAnySHA1InWant", "true"], { cwd: origin });
  return stageOf(commit);
}

function commitsOnly(): Record<string, string> {
  return Object.fromEntries(Object.entries(commits.env).filter(([name]) => name.startsWith("GIT_")));
}
