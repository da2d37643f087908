import type { IdentityName } from "../../infra/access/identities";
import type { CloudName } from "../../infra/clouds";
import { logInToAws } from "./aws";
import { logInToAzure } from "./azure";
import { logInToGoogle } from "./google";
import { type Handover, handOver } from "./hand-over";
import { type Job, jobToken, readJob, subjectOf } from "./job";
import { backendCloud, readBackend, readOutputs, readVariables, type Variables } from "./variables";

/** What a job is to be. */
export interface LoginRequest {
  readonly env: string;
  readonly identity: IdentityName;
  readonly clouds: readonly CloudName[];
}

/** Where it runs. */
export interface LoginContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets the job's later steps act as an identity, in each of the clouds and in the one that keeps the environment's state, and
 * tells them where that is. Everything is read and checked before anything is handed over.
 *
 * @throws InputError, RefusedError saying what is missing and what to do
 */
export async function logIn(request: LoginRequest, { environment, report, signal }: LoginContext): Promise<void> {
  const variables = readVariables(environment);
  const backend = readBackend(variables, request.env);
  const keeper = backend === undefined ? undefined : backendCloud(backend);
  const clouds = [...new Set([...request.clouds, ...(keeper === undefined ? [] : [keeper])])];
  for (const cloud of clouds) readOutputs(variables, request.env, cloud);
  const job = readJob(environment);
  report(`This job is ${subjectOf(await jobToken(job, "https://github.com", signal))} to the clouds.`);
  const made: Handover[] = backend === undefined ? [] : [{ variables: { PULUMI_BACKEND_URL: backend } }];
  for (const cloud of clouds) {
    made.push(await logInTo[cloud](job, variables, request, keeper === cloud, signal));
    report(`${cloud}: ${request.identity} of ${request.env}${request.clouds.includes(cloud) ? "" : ", for the state"}`);
  }
  for (const one of made) handOver(job.environmentFile, one, environment);
}

type LogInTo = (
  job: Job,
  variables: Variables,
  request: LoginRequest,
  keepsState: boolean,
  signal: AbortSignal,
) => Promise<Handover> | Handover;

const logInTo: Readonly<Record<CloudName, LogInTo>> = {
  aws: (job, variables, { env, identity }, _keepsState, signal) =>
    logInToAws(job, { outputs: readOutputs(variables, env, "aws"), identity }, signal),
  gcp: (job, variables, { env, identity }) =>
    logInToGoogle(job, { outputs: readOutputs(variables, env, "gcp"), identity }),
  azure: (job, variables, { env, identity }, keepsState, signal) =>
    logInToAzure(job, { outputs: readOutputs(variables, env, "azure"), identity }, keepsState, signal),
};
