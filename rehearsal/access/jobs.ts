import * as fs from "node:fs";
import path from "node:path";
import { type IdentityName, identities, type Place } from "../../infra/access/identities";
import type { GitHubRepository } from "../../infra/access/subjects";
import { type CloudName, cloudNames } from "../../infra/clouds";
import type { BootstrapOutputs } from "../../infra/contract";
import { type SecurityTokenService, startSecurityTokenService } from "../clouds/aws/sts";
import { startTokenIssuer, type TokenIssuer, type WorkflowJob } from "../github/oidc";
import { repositoryRoot } from "../paths";
import { loadExeca } from "../tools/execa";

/** What stands around jobs: who issues their tokens, and who takes them. */
export interface JobWorld {
  readonly issuer: TokenIssuer;
  readonly service: SecurityTokenService;
  stop(): Promise<void>;
}

/** @param clouds the folder of the simulated clouds */
export async function startJobWorld(clouds: string): Promise<JobWorld> {
  const issuer = await startTokenIssuer({ clouds });
  const service = await startSecurityTokenService(clouds);
  return {
    issuer,
    service,
    stop: async () => {
      await Promise.all([issuer.stop(), service.stop()]);
    },
  };
}

/** The repository that the rehearsal's jobs are of. */
export const jobGitHub: GitHubRepository = { owner: "example", ownerId: 1234, name: "trinity", id: 5678 };

/** A job at a place. */
export function jobAt(place: Place, repository: GitHubRepository): WorkflowJob {
  const job: WorkflowJob = {
    repository,
    subjects: "ids",
    event: "push",
    ref: "refs/heads/main",
    workflow: ".github/workflows/job.yml",
  };
  switch (place.kind) {
    case "environment":
      return { ...job, environment: place.name };
    case "pull-request":
      return { ...job, event: "pull_request", ref: "refs/pull/7/merge" };
    case "branch":
      return { ...job, ref: `refs/heads/${place.name}` };
  }
}

/** What a job logs in with. */
export interface JobLogin {
  readonly env: string;
  readonly identity: IdentityName;
  readonly repository: GitHubRepository;
  /** Outputs of the bootstrap stacks, of each cloud that it logs in to. */
  readonly outputs: Readonly<Partial<Record<CloudName, BootstrapOutputs>>>;
  /** A folder for the jobs' files, and the name of the one for this job's. */
  readonly folder: string;
  readonly label: string;
  readonly signal: AbortSignal;
}

/**
 * Runs `npm run ci -- login` in a job at the identity's first place, against what plays GitHub and STS.
 *
 * @returns what the job's later steps have in their environment
 */
export async function logInJob(
  { issuer, service }: JobWorld,
  { env, identity, repository, outputs, folder, label, signal }: JobLogin,
): Promise<Record<string, string>> {
  const [place] = identities[identity].places(env);
  if (place === undefined) throw new Error(`No job may be ${identity} of ${env}.`);
  const temporary = path.join(folder, "jobs", label);
  fs.mkdirSync(temporary, { recursive: true });
  const file = path.join(temporary, "environment");
  fs.writeFileSync(file, "");
  const job = {
    ...issuer.environment(jobAt(place, repository)),
    AWS_ENDPOINT_URL_STS: service.address,
    RUNNER_TEMP: temporary,
  };
  const clouds = cloudNames.filter((cloud) => outputs[cloud] !== undefined);
  const variables = Object.fromEntries(
    clouds.map((cloud) => [`TRINITY_${env}_${cloud}`.toUpperCase(), JSON.stringify(outputs[cloud])]),
  );
  const { execa } = await loadExeca();
  await execa(
    process.execPath,
    ["--import", "tsx", "ci/index.ts", "login", "--env", env, "--identity", identity, "--cloud", ...clouds],
    {
      cwd: repositoryRoot,
      env: { ...job, GITHUB_ENV: file, GITHUB_VARIABLES: JSON.stringify(variables) },
      cancelSignal: signal,
    },
  );
  return { ...job, ...readEnvironment(file) };
}

/** The lines `NAME=value` of the file that GITHUB_ENV names. */
export function readEnvironment(file: string): Record<string, string> {
  const lines = fs.readFileSync(file, "utf8").split("\n");
  return Object.fromEntries(
    lines
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** The settings of a cloud stack that let identities into its cluster, by the names that the cloud has for them. */
export function principalsOf(outputs: BootstrapOutputs): Readonly<Record<string, string>> {
  const { preview, rollout } = outputs.cloud === "azure" ? outputs.principals : outputs.identities;
  return { "trinity:previewPrincipal": preview, "trinity:rolloutPrincipal": rollout };
}
