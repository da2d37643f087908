import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt } from "jose";
import { RefusedError } from "../../delivery/failure";
import { InputError } from "../../infra/input-error";

/** A job of GitHub Actions that may ask for tokens which say what it is. */
export interface Job {
  readonly requestUrl: string;
  readonly requestToken: string;
  /** What later steps get as their environment. */
  readonly environmentFile: string;
  /** A folder that goes with the job. */
  readonly temporary: string;
  /** What sessions are called, for the clouds' audit logs: `<run>-<attempt>`. */
  readonly run: string;
}

/**
 * Reads the job from its environment.
 *
 * Source: docs.github.com/actions/reference/security/oidc, "Methods for requesting the OIDC token"
 * @throws RefusedError for a pull request of a fork, InputError for a job that may not ask; each says what to do
 */
export function readJob(environment: NodeJS.ProcessEnv): Job {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = environment;
  if (requestUrl === undefined || requestToken === undefined) {
    const fork = forkOf(environment);
    if (fork !== undefined) {
      throw new RefusedError(
        `This pull request comes from ${fork}, a fork. GitHub gives its jobs no token, so they log in nowhere. Whoever ` +
          "may push to this repository can look the change over and push it as a branch here, whose jobs may.",
      );
    }
    throw new InputError(
      "ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set: this job may not ask GitHub for a " +
        "token. Give the job `permissions: id-token: write`. Outside GitHub Actions log in with the cloud's own command.",
    );
  }
  const { GITHUB_RUN_ID: run = "0", GITHUB_RUN_ATTEMPT: attempt = "1" } = environment;
  return {
    requestUrl,
    requestToken,
    environmentFile: required(environment, "GITHUB_ENV"),
    temporary: required(environment, "RUNNER_TEMP"),
    run: `${run}-${attempt}`,
  };
}

/** Full name of the fork that the job's pull request comes from; undefined for any other job. */
function forkOf({ GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: repository }: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined || !fs.existsSync(file)) return undefined;
  const event = JSON.parse(fs.readFileSync(file, "utf8")) as {
    readonly pull_request?: { readonly head?: { readonly repo?: { readonly full_name?: string } | null } };
  };
  if (event.pull_request === undefined) return undefined;
  // A fork that was deleted meanwhile is null.
  const name = event.pull_request.head?.repo?.full_name ?? "a repository that is gone";
  return name === repository ? undefined : name;
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value === undefined || value === "") {
    throw new InputError(`${name} is not set: the runner of GitHub Actions sets it for every step.`);
  }
  return value;
}

/** How often GitHub is asked for a token before the job gives up, and the pause in between, in milliseconds. */
const attempts = { most: 4, pause: 2000 };

/**
 * Asks GitHub for a token that says what the job is. It lives for some minutes.
 *
 * @param audience who is to take it
 * @throws Error with what GitHub answered; without the token
 */
export async function jobToken(job: Job, audience: string, signal: AbortSignal): Promise<string> {
  const url = new URL(job.requestUrl);
  url.searchParams.set("audience", audience);
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, { headers: { authorization: `bearer ${job.requestToken}` }, signal }).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        return error instanceof Error ? error : new Error(String(error));
      },
    );
    if (!(answer instanceof Error) && answer.ok) {
      const { value } = (await answer.json()) as { readonly value?: unknown };
      if (typeof value === "string") return value;
    }
    const passing = answer instanceof Error || answer.status >= 500;
    if (!passing || attempt === attempts.most) {
      const said = answer instanceof Error ? `gave no answer (${answer.message})` : `answered ${answer.status}`;
      throw new Error(
        `GitHub ${said} to this job's request for a token for ${audience}. ` +
          "Run the job again; when it stays, look at https://www.githubstatus.com.",
      );
    }
    await sleep(attempts.pause, undefined, { signal });
  }
}

/** The subject of a token, which the clouds decide by. */
export function subjectOf(token: string): string {
  return decodeJwt(token).sub ?? "nobody";
}

/** Writes a file that only this job's user reads. @returns its path */
export function writePrivate(job: Job, name: string, contents: string): string {
  const file = path.join(fs.mkdtempSync(path.join(job.temporary, "trinity-")), name);
  fs.writeFileSync(file, contents, { mode: 0o600 });
  return file;
}
